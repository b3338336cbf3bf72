//! What this SDK refuses by itself.

use pim_core::guard;

use super::Advice;
use crate::plan::codes;

pub(super) fn refusal(code: &str) -> Option<Advice> {
    Some(match code {
        guard::BREAK_GLASS => Advice {
            meaning: "The change would touch an account for emergencies, directly or through a group.",
            causes: &[
                "A design, a list or a review decision named it.",
                "It is a member of a group that is changed.",
            ],
            way_out: &[
                "Take the account out of what you want to change.",
                "Take it out of the group: such accounts hold their role by themselves.",
                "If it is none any more: take it off the list of break-glass accounts, which is a decision of its own.",
            ],
        },
        guard::LAST_ADMINISTRATORS => Advice {
            meaning: "Too few people would be left who are Global Administrator without end and may sign in.",
            causes: &[
                "The accounts for emergencies do not exist yet, or are disabled.",
                "Everybody was to become eligible.",
            ],
            way_out: &[
                "First make two accounts for emergencies, with the role without end.",
                "Then make the plan anew: it counts them.",
            ],
        },
        guard::NO_APPROVER => Advice {
            meaning: "Approval would be demanded, and nobody could give it.",
            causes: &[
                "The approvers are disabled or deleted, or a group of them has no members.",
                "Nobody is named, and for groups and Azure roles nobody stands in.",
                "Nobody is named, and all administrators of roles would have to activate first.",
            ],
            way_out: &[
                "Name at least two people, or a group with members, who need not activate anything to approve.",
            ],
        },
        guard::POLICY_TRAP => Advice {
            meaning: "The settings contradict each other, or could not be changed any more once they are written.",
            causes: &[
                "Multi-factor sign-in and an authentication context at once.",
                "A demand that nobody can meet.",
            ],
            way_out: &["Read the message: it names the two settings. Keep one."],
        },
        codes::OWN_ACCESS => Advice {
            meaning: "It would take from you the access by which the plan is carried out.",
            causes: &["You are among those who become eligible, and you are applying the plan."],
            way_out: &[
                "Let somebody else apply that step, or activate the role first and run as somebody who is eligible.",
            ],
        },
        codes::DEPENDS => Advice {
            meaning: "It hangs on something else that is refused.",
            causes: &["Nobody's standing access is taken before they are eligible, for one."],
            way_out: &["Mend what it hangs on; the plan names it. Then make the plan anew."],
        },
        codes::POLICY => Advice {
            meaning: "The settings of the role would not allow the grant.",
            causes: &[
                "A grant without end where the settings demand one.",
                "A grant that is longer than they allow.",
            ],
            way_out: &["Shorten the grant, or allow more in the design's settings for it."],
        },
        codes::NOT_YET => Advice {
            meaning: "What would replace it begins later, so it is not taken away yet.",
            causes: &["The eligibility has a start in the future."],
            way_out: &["Make the plan anew after that day."],
        },
        codes::ENDED => Advice {
            meaning: "The end that is wanted has passed.",
            causes: &["A day in the design is over."],
            way_out: &["Set a later day, or take the row out."],
        },
        codes::UNSUPPORTED => Advice {
            meaning: "No request brings it about.",
            causes: &["The service offers it in the portal only, or not at all."],
            way_out: &["Do it in the portal, then make the plan anew."],
        },
        codes::PROTECTED => Advice {
            meaning: "A notice: a grant stays that nobody asked for, because its holder is protected.",
            causes: &["The holder is on the list of protected principals."],
            way_out: &["Nothing, if that is meant. Else take them off that list."],
        },
        codes::UNCLEAR => Advice {
            meaning: "A notice: the service lists a grant in words that this version does not know. It was left alone.",
            causes: &["The service offers something new."],
            way_out: &["Update.", "Look at it in the portal."],
        },
        codes::OUTSIDE => Advice {
            meaning: "A notice: somebody belongs to a group past PIM, and no request of PIM is sure to end that.",
            causes: &["They were added on the group's own page, or by a program."],
            way_out: &["Remove them on the group's page, and make them eligible in PIM."],
        },
        _ => return None,
    })
}
