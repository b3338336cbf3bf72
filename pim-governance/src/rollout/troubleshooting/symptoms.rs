//! What people see, where there is no code to look up.

use super::Advice;

pub(super) const ALL: &[(&str, Advice)] = &[
    (
        "The role is not in my list",
        Advice {
            meaning: "You are not eligible for it, or you look in the wrong place.",
            causes: &[
                "Entra roles, groups and Azure resources have a list each.",
                "You are signed in with another account, or in another tenant.",
                "The eligibility ended.",
            ],
            way_out: &[
                "Look in all three lists of My roles.",
                "Check the account at the upper right: many people have one for administration.",
                "Ask for a renewal; for 30 days after its end, ended rights are listed.",
            ],
        },
    ),
    (
        "It is active, and the portal still says that I have no access",
        Advice {
            meaning: "The page, or the session, is older than the activation.",
            causes: &[
                "Portals keep what they knew when they were opened.",
                "Exchange, SharePoint and Purview lag behind.",
            ],
            way_out: &[
                "Reload the page; if that does not help, open it in a private window.",
                "Wait: minutes for Entra, up to an hour for some products.",
                "Look whether it is active at the scope that you work in.",
            ],
        },
    ),
    (
        "I can't deactivate",
        Advice {
            meaning: "In the first five minutes nothing can be ended.",
            causes: &["The service demands that every grant lasts at least that long."],
            way_out: &["Wait five minutes. It ends by itself anyway."],
        },
    ),
    (
        "I need more time than one activation gives",
        Advice {
            meaning: "A running activation can't be prolonged.",
            causes: &["The role has a longest duration."],
            way_out: &[
                "Deactivate it, wait a minute or two, and activate it again. Approval is needed again, too.",
                "If that happens every week, tell whoever designs the roles.",
            ],
        },
    ),
    (
        "I am asked for a second factor and have none",
        Advice {
            meaning: "The role demands multi-factor authentication.",
            causes: &["Your account for administration is new.", "You lost or changed your phone or key."],
            way_out: &[
                "Register one at https://aka.ms/mysecurityinfo, or ask the help desk for a temporary access pass.",
                "Register two, so that losing one does not lock you out.",
            ],
        },
    ),
    (
        "Nobody approves my request",
        Advice {
            meaning: "It waits; after 24 hours it lapses.",
            causes: &[
                "Approvers are away, or the mail is in another folder.",
                "You are the only approver: nobody decides on \
                       their own request.",
            ],
            way_out: &["Ask one of the others; your hand-out names them.", "Have a second approver named."],
        },
    ),
    (
        "I am approver, and see no request",
        Advice {
            meaning: "There is none that you may decide on, or you look in the wrong place.",
            causes: &[
                "It was decided by somebody else: the first decision counts.",
                "It is your own.",
                "It lapsed.",
            ],
            way_out: &[
                "Open Approve requests, and look under all three: Entra roles, groups, Azure resources.",
            ],
        },
    ),
    (
        "Extend is not offered",
        Advice {
            meaning: "A right can be extended in the 14 days before its end.",
            causes: &["Its end is further away.", "It has no end.", "It comes through a group."],
            way_out: &["Wait until then.", "For what comes through a group, ask an administrator."],
        },
    ),
    (
        "I got no mail",
        Advice {
            meaning: "Mail of PIM goes to the address of the account that is concerned.",
            causes: &[
                "Accounts for administration often have no mailbox.",
                "The settings of the role send none.",
            ],
            way_out: &["Have mail forwarded, or additional recipients set for the role."],
        },
    ),
    (
        "A script that ran for years is refused",
        Advice {
            meaning: "The account that it runs as has no standing access any more.",
            causes: &["It runs as a person.", "Applications can't activate anything."],
            way_out: &[
                "Run it as an application with just the permissions that it needs.",
                "Or run it by hand after activating.",
            ],
        },
    ),
    (
        "Nobody can administer the tenant",
        Advice {
            meaning: "The way into PIM is closed: a disturbance, a lost second factor, an approval that nobody can give.",
            causes: &["All administrators are eligible, and activation does not work."],
            way_out: &[
                "Use an account for emergencies, write down what you do, and change its credentials afterwards.",
            ],
        },
    ),
];
