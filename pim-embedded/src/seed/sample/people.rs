//! The people of the sample tenant. Nobody of them exists.

/// One account.
pub(super) struct Person {
    /// The local part of the sign-in name; the id is made from it.
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    pub(super) department: &'static str,
    /// The manager's key; empty for nobody.
    pub(super) manager: &'static str,
    /// The administrative unit's key; empty for none.
    pub(super) unit: &'static str,
    /// f FIDO2 key, w Windows Hello, c certificate, l Authenticator without password, p Authenticator push,
    /// o one-time code, t telephone, m mail.
    pub(super) methods: &'static str,
    /// Days since the last sign-in; negative for never.
    pub(super) idle_days: i16,
    /// g guest, s synchronised from on premises, d disabled, n without a P2 licence, b break-glass.
    pub(super) traits: &'static str,
}

/// A row: key, name, department, manager, unit, methods, idle days, traits.
type Row =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, i16, &'static str);

pub(super) fn all() -> impl Iterator<Item = Person> {
    PEOPLE.iter().map(|&(key, name, department, manager, unit, methods, idle_days, traits)| Person {
        key,
        name,
        department,
        manager,
        unit,
        methods,
        idle_days,
        traits,
    })
}

#[rustfmt::skip]
const PEOPLE: &[Row] = &[
    // Emergency accounts: in the cloud only, keys in a safe.
    ("breakglass-1",     "Emergency Access 1", "",            "",                 "",         "f",   46,  "b"),
    ("breakglass-2",     "Emergency Access 2", "",            "",                 "",         "f",   46,  "b"),
    // Management.
    ("helen.marsh",      "Helen Marsh",      "Management",    "",                 "",         "lp",  1,   ""),
    ("victor.lindqvist", "Victor Lindqvist", "Management",    "helen.marsh",      "",         "p",   2,   ""),
    ("priya.raman",      "Priya Raman",      "Management",    "helen.marsh",      "",         "fw",  1,   ""),
    // Identity.
    ("emma.clarke",      "Emma Clarke",      "Identity",      "priya.raman",      "emea",     "fw",  0,   ""),
    ("noah.becker",      "Noah Becker",      "Identity",      "emma.clarke",      "emea",     "fp",  0,   ""),
    ("sofia.rossi",      "Sofia Rossi",      "Identity",      "emma.clarke",      "emea",     "pt",  1,   ""),
    ("liam.okafor",      "Liam Okafor",      "Identity",      "emma.clarke",      "americas", "fl",  0,   ""),
    ("mia.tanaka",       "Mia Tanaka",       "Identity",      "emma.clarke",      "apac",     "p",   3,   ""),
    // Security.
    ("daniel.frost",     "Daniel Frost",     "Security",      "priya.raman",      "emea",     "fc",  0,   ""),
    ("grace.nolan",      "Grace Nolan",      "Security",      "daniel.frost",     "emea",     "fw",  1,   ""),
    ("omar.haddad",      "Omar Haddad",      "Security",      "daniel.frost",     "emea",     "p",   1,   ""),
    ("chloe.dubois",     "Chloe Dubois",     "Security",      "daniel.frost",     "americas", "po",  2,   ""),
    ("ivan.petrov",      "Ivan Petrov",      "Security",      "daniel.frost",     "apac",     "lp",  4,   ""),
    // Infrastructure and cloud platform.
    ("jack.turner",      "Jack Turner",      "Infrastructure", "priya.raman",     "emea",     "pt",  0,   "s"),
    ("lena.hoffmann",    "Lena Hoffmann",    "Infrastructure", "jack.turner",     "emea",     "w",   0,   ""),
    ("marcus.reid",      "Marcus Reid",      "Infrastructure", "jack.turner",     "americas", "t",   1,   ""),
    ("yuki.sato",        "Yuki Sato",        "Infrastructure", "jack.turner",     "apac",     "p",   2,   ""),
    ("peter.novak",      "Peter Novak",      "Infrastructure", "jack.turner",     "emea",     "",    5,   "s"),
    ("aisha.bello",      "Aisha Bello",      "Platform",      "jack.turner",      "emea",     "fw",  0,   ""),
    ("ryan.doyle",       "Ryan Doyle",       "Platform",      "aisha.bello",      "americas", "po",  1,   ""),
    ("nina.kovac",       "Nina Kovac",       "Platform",      "aisha.bello",      "emea",     "f",   1,   ""),
    ("tom.ashby",        "Tom Ashby",        "Platform",      "aisha.bello",      "emea",     "p",   2,   "n"),
    // Collaboration services.
    ("laura.stein",      "Laura Stein",      "Collaboration", "jack.turner",      "emea",     "lp",  0,   ""),
    ("ben.carver",       "Ben Carver",       "Collaboration", "laura.stein",      "emea",     "t",   1,   ""),
    ("zoe.martin",       "Zoe Martin",       "Collaboration", "laura.stein",      "americas", "",    2,   ""),
    ("arjun.mehta",      "Arjun Mehta",      "Collaboration", "laura.stein",      "apac",     "p",   1,   ""),
    ("kate.willis",      "Kate Willis",      "Collaboration", "laura.stein",      "emea",     "pt",  127, ""),
    // Devices.
    ("felix.brandt",     "Felix Brandt",     "Devices",       "jack.turner",      "emea",     "w",   0,   ""),
    ("hana.suzuki",      "Hana Suzuki",      "Devices",       "felix.brandt",     "apac",     "p",   1,   ""),
    ("carlos.vega",      "Carlos Vega",      "Devices",       "felix.brandt",     "americas", "o",   3,   ""),
    // Service desk.
    ("amy.porter",       "Amy Porter",       "Service Desk",  "jack.turner",      "emea",     "p",   0,   ""),
    ("luke.barnes",      "Luke Barnes",      "Service Desk",  "amy.porter",       "emea",     "t",   0,   ""),
    ("nora.lind",        "Nora Lind",        "Service Desk",  "amy.porter",       "emea",     "m",   1,   ""),
    ("diego.flores",     "Diego Flores",     "Service Desk",  "amy.porter",       "americas", "p",   0,   ""),
    ("june.park",        "June Park",        "Service Desk",  "amy.porter",       "apac",     "p",   1,   ""),
    ("samuel.eze",       "Samuel Eze",       "Service Desk",  "amy.porter",       "emea",     "",    1,   ""),
    // Left, or gone quiet.
    ("george.hale",      "George Hale",      "Infrastructure", "jack.turner",     "emea",     "p",   214, ""),
    ("ruth.adler",       "Ruth Adler",       "Collaboration", "laura.stein",      "emea",     "t",   158, "d"),
    ("paul.jensen",      "Paul Jensen",      "Platform",      "aisha.bello",      "emea",     "p",   -1,  ""),
    ("tina.cole",        "Tina Cole",        "Finance",       "olivia.grant",     "americas", "",    96,  ""),
    // Developers.
    ("oscar.nilsson",    "Oscar Nilsson",    "Development",   "victor.lindqvist", "emea",     "fw",  0,   ""),
    ("ella.wright",      "Ella Wright",      "Development",   "oscar.nilsson",    "emea",     "p",   0,   ""),
    ("kofi.mensah",      "Kofi Mensah",      "Development",   "oscar.nilsson",    "emea",     "o",   1,   ""),
    ("maya.singh",       "Maya Singh",       "Development",   "oscar.nilsson",    "apac",     "p",   1,   ""),
    ("adam.keller",      "Adam Keller",      "Development",   "oscar.nilsson",    "americas", "l",   0,   ""),
    // Finance, people, legal, sales: mostly without roles.
    ("olivia.grant",     "Olivia Grant",     "Finance",       "helen.marsh",      "emea",     "p",   0,   ""),
    ("simon.walsh",      "Simon Walsh",      "Finance",       "olivia.grant",     "emea",     "t",   1,   ""),
    ("irene.costa",      "Irene Costa",      "People",        "helen.marsh",      "emea",     "p",   0,   ""),
    ("david.moss",       "David Moss",       "People",        "irene.costa",      "americas", "p",   2,   ""),
    ("clara.weiss",      "Clara Weiss",      "Legal",         "helen.marsh",      "emea",     "w",   1,   ""),
    ("hugo.laurent",     "Hugo Laurent",     "Legal",         "clara.weiss",      "emea",     "p",   6,   ""),
    ("fiona.blake",      "Fiona Blake",      "Sales",         "helen.marsh",      "americas", "p",   0,   "n"),
    ("mark.sutton",      "Mark Sutton",      "Sales",         "fiona.blake",      "americas", "t",   0,   "n"),
    ("yara.aziz",        "Yara Aziz",        "Sales",         "fiona.blake",      "apac",     "",    1,   "n"),
    ("leo.fischer",      "Leo Fischer",      "Sales",         "fiona.blake",      "emea",     "p",   9,   "n"),
    ("ann.gibson",       "Ann Gibson",       "Facilities",    "olivia.grant",     "emea",     "",    12,  "n"),
    // From outside.
    ("dana.external",    "Dana Whitlock",    "Partner",       "laura.stein",      "",         "p",   3,   "g"),
    ("rob.external",     "Rob Ellery",       "Partner",       "oscar.nilsson",    "",         "p",   20,  "g"),
];
