//! Who holds what in the sample tenant.

/// A group: key, name, traits (r role-assignable, p under PIM, d filled by a rule, s on premises), members,
/// owners.
pub(super) type GroupRow =
    (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
pub(super) const GROUPS: &[GroupRow] = &[
    ("service-desk",     "Service Desk Agents", "rp", &["amy.porter", "luke.barnes", "nora.lind", "diego.flores", "june.park", "samuel.eze"], &["amy.porter"]),
    ("security-ops",     "Security Operations", "rp", &["grace.nolan", "omar.haddad", "chloe.dubois", "ivan.petrov"], &["daniel.frost"]),
    ("collaboration",    "Collaboration Administrators", "r", &["laura.stein", "ben.carver", "zoe.martin", "arjun.mehta", "kate.willis"], &["laura.stein"]),
    ("identity-team",    "Identity Team",       "rp", &["emma.clarke", "noah.becker", "sofia.rossi", "liam.okafor", "mia.tanaka"], &["emma.clarke"]),
    ("pim-approvers",    "PIM Approvers",       "",   &["emma.clarke", "daniel.frost", "priya.raman"], &["priya.raman"]),
    ("azure-operations", "Azure Operations",    "p",  &["aisha.bello", "ryan.doyle", "nina.kovac"], &["aisha.bello"]),
    ("engineering",      "Engineering",         "",   &["oscar.nilsson", "ella.wright", "kofi.mensah", "maya.singh", "adam.keller", "platform"], &["oscar.nilsson"]),
    ("platform",         "Platform Engineers",  "",   &["aisha.bello", "ryan.doyle", "nina.kovac", "tom.ashby", "paul.jensen"], &["aisha.bello"]),
    ("all-sales",        "All Sales",           "d",  &["fiona.blake", "mark.sutton", "yara.aziz", "leo.fischer"], &[]),
    ("finance-files",    "Finance File Shares", "s",  &["olivia.grant", "simon.walsh", "tina.cole"], &[]),
];

/// A role, the scope (empty for the tenant, a unit's or application's key), and its holders.
pub(super) type RoleRow = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
pub(super) const STANDING: &[RoleRow] = &[
    ("Global Administrator", "", &["breakglass-1", "breakglass-2", "emma.clarke", "noah.becker", "priya.raman", "jack.turner", "daniel.frost", "helen.marsh", "george.hale", "laura.stein", "aisha.bello"]),
    ("Privileged Role Administrator", "", &["emma.clarke", "liam.okafor", "daniel.frost"]),
    ("Privileged Authentication Administrator", "", &["noah.becker", "grace.nolan"]),
    ("Security Administrator", "", &["daniel.frost", "grace.nolan", "omar.haddad", "jack.turner"]),
    ("Security Operator", "", &["security-ops", "chloe.dubois"]),
    ("Security Reader", "", &["security-ops", "omar.haddad", "ivan.petrov", "amy.porter", "felix.brandt"]),
    ("Conditional Access Administrator", "", &["daniel.frost", "sofia.rossi", "jack.turner"]),
    ("User Administrator", "", &["identity-team", "jack.turner", "sofia.rossi", "mia.tanaka", "amy.porter", "peter.novak", "david.moss", "hr-sync"]),
    ("User Administrator", "emea", &["luke.barnes", "amy.porter"]),
    ("User Administrator", "americas", &["diego.flores"]),
    ("User Administrator", "apac", &["june.park", "mia.tanaka"]),
    ("Groups Administrator", "", &["identity-team", "jack.turner", "noah.becker", "zoe.martin"]),
    ("Groups Administrator", "emea", &["irene.costa"]),
    ("Application Administrator", "", &["liam.okafor", "oscar.nilsson", "ella.wright", "dana.external", "ci-pipeline", "jack.turner"]),
    ("Application Administrator", "ticketing", &["kofi.mensah"]),
    ("Cloud Application Administrator", "", &["oscar.nilsson", "adam.keller", "ryan.doyle"]),
    ("Cloud Application Administrator", "reporting", &["maya.singh"]),
    ("Application Developer", "", &["kofi.mensah", "maya.singh", "adam.keller", "ella.wright", "rob.external"]),
    ("Authentication Administrator", "", &["service-desk", "amy.porter", "luke.barnes", "sofia.rossi"]),
    ("Authentication Policy Administrator", "", &["noah.becker", "grace.nolan"]),
    ("Helpdesk Administrator", "", &["service-desk", "amy.porter", "diego.flores", "samuel.eze", "ruth.adler"]),
    ("Helpdesk Administrator", "emea", &["nora.lind", "samuel.eze"]),
    ("Password Administrator", "", &["nora.lind", "june.park", "samuel.eze"]),
    ("Exchange Administrator", "", &["collaboration", "laura.stein", "ben.carver", "kate.willis", "jack.turner", "marcus.reid", "backup-service"]),
    ("Exchange Recipient Administrator", "", &["zoe.martin", "luke.barnes"]),
    ("SharePoint Administrator", "", &["collaboration", "laura.stein", "arjun.mehta", "ruth.adler", "marcus.reid"]),
    ("Teams Administrator", "", &["collaboration", "zoe.martin", "arjun.mehta", "marcus.reid"]),
    ("Teams Communications Administrator", "", &["kate.willis", "ben.carver"]),
    ("Teams Devices Administrator", "", &["carlos.vega"]),
    ("Intune Administrator", "", &["felix.brandt", "hana.suzuki", "carlos.vega", "jack.turner", "george.hale"]),
    ("Cloud Device Administrator", "", &["felix.brandt", "carlos.vega"]),
    ("Azure AD Joined Device Local Administrator", "", &["felix.brandt", "hana.suzuki", "marcus.reid"]),
    ("Hybrid Identity Administrator", "", &["peter.novak", "jack.turner"]),
    ("Directory Writers", "", &["provisioning-bridge"]),
    ("Directory Readers", "", &["siem-export", "device-inventory"]),
    ("Compliance Administrator", "", &["clara.weiss", "grace.nolan"]),
    ("Compliance Data Administrator", "", &["hugo.laurent"]),
    ("Identity Governance Administrator", "", &["emma.clarke", "liam.okafor"]),
    ("License Administrator", "", &["simon.walsh", "june.park", "lena.hoffmann"]),
    ("Billing Administrator", "", &["olivia.grant", "simon.walsh", "tina.cole"]),
    ("Power Platform Administrator", "", &["arjun.mehta", "oscar.nilsson"]),
    ("Fabric Administrator", "", &["adam.keller"]),
    ("Azure DevOps Administrator", "", &["nina.kovac", "paul.jensen"]),
    ("Printer Administrator", "", &["yuki.sato"]),
    ("Domain Name Administrator", "", &["lena.hoffmann"]),
    ("Service Support Administrator", "", &["amy.porter", "lena.hoffmann", "yuki.sato"]),
    ("Message Center Reader", "", &["victor.lindqvist", "laura.stein", "tom.ashby"]),
    ("Reports Reader", "", &["victor.lindqvist", "olivia.grant", "reporting"]),
    ("Global Reader", "", &["omar.haddad", "clara.weiss", "tom.ashby", "reporting"]),
    ("Guest Inviter", "", &["irene.costa"]),
];

/// Azure roles: name, scope, holders.
#[rustfmt::skip]
pub(super) const AZURE_STANDING: &[RoleRow] = &[
    ("Owner",                     SUBSCRIPTION,  &["azure-operations", "jack.turner"]),
    ("Contributor",               SUBSCRIPTION,  &["ryan.doyle", "ci-pipeline"]),
    ("User Access Administrator", PRODUCTION,    &["aisha.bello"]),
    ("Reader",                    SUBSCRIPTION,  &["siem-export"]),
];

pub(super) const SUBSCRIPTION: &str = "/subscriptions/6d9f0c52-7a41-4c0e-9b1e-2f5a8d3c7e10";
pub(super) const PRODUCTION: &str =
    "/subscriptions/6d9f0c52-7a41-4c0e-9b1e-2f5a8d3c7e10/resourceGroups/production";

/// Eligibilities: role, holder, days from the tenant's now to the end (0 for none), days since the last
/// activation (negative for never).
#[rustfmt::skip]
pub(super) const ELIGIBLE: &[(&str, &str, u32, i64)] = &[
    ("Security Administrator",        "ivan.petrov",   180, 12),
    ("Security Administrator",        "chloe.dubois",  180, -1),
    ("Conditional Access Administrator", "grace.nolan", 180, 33),
    ("Intune Administrator",          "lena.hoffmann", 90,  4),
    ("Exchange Administrator",        "arjun.mehta",   90,  140),
    ("User Administrator",            "nora.lind",     365, 2),
    ("Privileged Role Administrator", "noah.becker",   0,   58),
    ("Global Administrator",          "liam.okafor",   0,   71),
    ("Application Administrator",     "adam.keller",   10,  6),
    // Both eligible and standing: the eligibility is pointless.
    ("Application Administrator",     "oscar.nilsson", 180, -1),
    ("Groups Administrator",          "zoe.martin",    180, -1),
];

/// A permission at Microsoft Graph: name and id.
pub(super) type GraphPermission = (&'static str, &'static str);

/// An application: key, name, traits (m managed identity, d disabled), days since the last sign-in, owners,
/// permissions.
pub(super) type AppRow =
    (&'static str, &'static str, &'static str, i64, &'static [&'static str], &'static [GraphPermission]);

#[rustfmt::skip]
pub(super) const APPS: &[AppRow] = &[
    ("provisioning-bridge", "Provisioning Bridge", "", 0, &["ella.wright"], &[
        ("RoleManagement.ReadWrite.Directory", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"),
        ("Directory.Read.All", "7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
    ]),
    ("hr-sync", "HR Sync", "", 0, &["irene.costa"], &[
        ("User.ReadWrite.All", "741f803b-c850-494e-b5df-cde7c675a1ca"),
    ]),
    ("ci-pipeline", "Build Pipeline", "", 1, &["kofi.mensah", "ryan.doyle"], &[
        ("AppRoleAssignment.ReadWrite.All", "06b708a9-e830-4db3-a914-8e69da51d44f"),
        ("Application.ReadWrite.All", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9"),
    ]),
    ("backup-service", "Mailbox Backup", "", 203, &[], &[
        ("Mail.ReadWrite", "e2a3a72e-5f79-4c64-b1b1-878b674786c9"),
        ("Sites.FullControl.All", "a82116e5-55eb-4c41-a434-62fe8a61c773"),
    ]),
    ("siem-export", "Log Export", "m", 0, &["daniel.frost"], &[
        ("AuditLog.Read.All", "b0afded3-3588-46d8-8b3d-9842eff778da"),
        ("SecurityEvents.Read.All", "bf394140-e372-4bf9-a898-299cfc7564e5"),
    ]),
    ("ticketing", "Ticketing", "", 0, &["amy.porter"], &[
        ("User.Read.All", "df021288-bdef-4463-88db-98f22de89214"),
    ]),
    ("reporting", "Management Reporting", "", 2, &["victor.lindqvist"], &[
        ("Reports.Read.All", "230c1aed-a721-4c5d-9cb4-a90514e508ef"),
    ]),
    ("device-inventory", "Device Inventory", "md", 96, &[], &[
        ("Directory.Read.All", "7ab1d382-f21e-4acd-a863-ba3e13f7da61"),
    ]),
];
