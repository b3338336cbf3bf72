//! Statuses in which a request rests.

use pim_core::request::RequestStatus;

use super::Advice;

/// `None` for those in which nobody gets stuck.
pub(super) const fn status(status: &RequestStatus) -> Option<Advice> {
    use RequestStatus as S;
    Some(match status {
        S::PendingEvaluation => Advice {
            meaning: "The service is checking the request.",
            causes: &["It takes seconds; under load, minutes."],
            way_out: &["Wait.", "After ten minutes, withdraw it and ask again."],
        },
        S::PendingApproval => Advice {
            meaning: "Somebody has to approve it.",
            causes: &["No approver has decided.", "The approvers are away, or get no mail."],
            way_out: &[
                "Ask an approver; your hand-out for the role names them.",
                "After 24 hours it lapses: ask again.",
                "The time that you asked for begins with the approval, so nothing is lost by waiting.",
            ],
        },
        S::PendingApprovalProvisioning => Advice {
            meaning: "Somebody has to approve it, and it begins later.",
            causes: &["You asked for a start in the future."],
            way_out: &[
                "Ask an approver now: after 24 hours the request lapses, even if it begins later than that.",
            ],
        },
        S::PendingAdminDecision => Advice {
            meaning: "An administrator has to decide on an extension or renewal.",
            causes: &["These are decided in the portal only, by administrators of roles."],
            way_out: &["Ask one. For a group's role only an administrator can ask."],
        },
        S::AdminDenied => Advice {
            meaning: "An administrator declined the extension or renewal.",
            causes: &["The right is not needed any more, in their view."],
            way_out: &["Talk to them, then ask again with another reason."],
        },
        S::Granted => Advice {
            meaning: "All checks passed, and it is not in force yet. It is no proof of access.",
            causes: &[
                "It begins later.",
                "The role is held by a group that can't hold it: such a request may stay so for ever.",
            ],
            way_out: &[
                "Wait for its start.",
                "Look whether it is listed under active assignments; only that counts.",
                "Is the holder a group? It must have been made able to hold roles when it was created.",
            ],
        },
        S::PendingScheduleCreation | S::ScheduleCreated | S::PendingProvisioning | S::ProvisioningStarted => {
            Advice {
                meaning: "It was decided for, and is being carried out.",
                causes: &[
                    "The directory takes seconds to minutes.",
                    "Groups that are used by other products take longer.",
                ],
                way_out: &[
                    "Wait, and reload.",
                    "After an hour, withdraw it and ask again; then ask Microsoft's support.",
                ],
            }
        }
        S::PendingExternalProvisioning => Advice {
            meaning: "A system outside the directory must act.",
            causes: &[
                "A product that takes membership of the group over does so at intervals, of up to 40 minutes.",
            ],
            way_out: &["Wait for its next run.", "Ask who runs that product."],
        },
        S::PendingRevocation => Advice {
            meaning: "It is being ended.",
            causes: &["The directory takes seconds to minutes."],
            way_out: &["Wait. Until then the right is still there."],
        },
        S::Denied => Advice {
            meaning: "An approver said no.",
            causes: &["The reason did not convince them.", "They expected a ticket, or another time."],
            way_out: &["Read their answer, talk to them, and ask again."],
        },
        S::Canceled => Advice {
            meaning: "It was withdrawn: by you, or by an administrator.",
            causes: &["It was not needed any more.", "A newer request took its place."],
            way_out: &["Ask again if you still need it."],
        },
        S::TimedOut => Advice {
            meaning: "Nobody decided in time. Approvers have 24 hours, which can't be changed.",
            causes: &[
                "No approver saw it.",
                "There is no approver: a group without members, or accounts that are disabled.",
            ],
            way_out: &[
                "Ask again, and tell an approver.",
                "If nobody can approve: have approvers named. Findings list roles without one that can be reached.",
            ],
        },
        S::Failed => Advice {
            meaning: "The service tried and could not.",
            causes: &[
                "The account, group or role was deleted meanwhile.",
                "The eligibility ended between request and approval.",
                "The role can't be held at this scope.",
            ],
            way_out: &[
                "Look at the audit log for the reason.",
                "Ask again; if it fails twice, tell whoever administers PIM.",
            ],
        },
        S::FailedAsResourceIsLocked => Advice {
            meaning: "A lock on the Azure resource forbids changes, and grants are changes.",
            causes: &["Somebody put a read-only lock on the resource, or on what it is in."],
            way_out: &["Have the lock removed for the time of the change, or activate at a wider scope."],
        },
        S::Invalid => Advice {
            meaning: "The request made no sense to the service.",
            causes: &["It was made by a program that sent something wrong."],
            way_out: &["Make it anew, in the portal or with this SDK."],
        },
        _ => return None,
    })
}
