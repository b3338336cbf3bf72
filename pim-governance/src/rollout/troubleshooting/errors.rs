//! Kinds of errors, and the demands of policies.

use pim_core::error::{ErrorKind, ViolatedRule};

use super::Advice;

pub(super) const fn kind(kind: ErrorKind) -> Advice {
    match kind {
        ErrorKind::InvalidInput => Advice {
            meaning: "Something that you gave is wrong: an argument, a field, a line of a file. Nothing was sent.",
            causes: &[
                "A typing error.",
                "An id where a name belongs, or the other way round.",
                "A date that is none.",
            ],
            way_out: &[
                "Read the message: it names the place and what was expected.",
                "Mend it, and ask again.",
            ],
        },
        ErrorKind::InvalidTransition => Advice {
            meaning: "The request, grant or review is not in a state in which this can be done to it.",
            causes: &[
                "It was decided, ended or withdrawn meanwhile.",
                "An activation is ended in its first five minutes; the service refuses that.",
                "A request that is in force already can't be withdrawn.",
            ],
            way_out: &[
                "Look at what state it is in now.",
                "An activation that is younger than five minutes: wait, then deactivate it.",
                "What is in force is ended, not withdrawn: deactivate it, or have it revoked.",
            ],
        },
        ErrorKind::PolicyViolation => Advice {
            meaning: "The settings of the role or group do not allow it as it was asked.",
            causes: &["One or more demands were not met; the error lists each."],
            way_out: &["Look up each demand below, meet them all, and ask again."],
        },
        ErrorKind::NotFound => Advice {
            meaning: "There is no such thing, or you can't see it yet.",
            causes: &[
                "It was made moments ago: lists lag behind, by seconds or minutes.",
                "It was deleted or has ended.",
                "You may not see it.",
                "For mail: the sender has no mailbox.",
            ],
            way_out: &[
                "Wait a minute and look again.",
                "Check the id, and in which tenant you are signed in.",
            ],
        },
        ErrorKind::AlreadyExists => Advice {
            meaning: "It is there already: the same grant, activation or request.",
            causes: &[
                "It was done before, by you or somebody else.",
                "An activation is running; it can't be prolonged.",
            ],
            way_out: &[
                "Nothing is to be done if it is as you want it.",
                "To be active longer: deactivate, wait a minute or two, activate again.",
            ],
        },
        ErrorKind::Conflict => Advice {
            meaning: "Somebody else changed it at the same time, or what the service says contradicts itself.",
            causes: &[
                "Two people administer the same thing.",
                "A request for the same thing is still pending.",
            ],
            way_out: &[
                "Read again what stands now.",
                "Withdraw the pending request, or wait for it.",
                "Make a new plan.",
            ],
        },
        ErrorKind::PermissionDenied => Advice {
            meaning: "You may not do this, or a guard of this SDK said no.",
            causes: &[
                "You lack a role; activating or approving takes none, administering PIM does.",
                "The program lacks a permission, or nobody consented to it.",
                "The code begins with `Guard.`: see there.",
            ],
            way_out: &[
                "Read settings as Security Reader; change them as Privileged Role Administrator.",
                "Have an administrator consent to the permission that the message names.",
                "Run the preflight: it tells what a token can't do before anything is tried.",
            ],
        },
        ErrorKind::Unauthenticated => Advice {
            meaning: "The service does not know who you are.",
            causes: &[
                "The sign-in ran out or was revoked.",
                "The token is for another service or another cloud.",
            ],
            way_out: &["Sign in again.", "Check the cloud and the tenant that the program is set to."],
        },
        ErrorKind::StepUpRequired => Advice {
            meaning: "The service wants a stronger sign-in than that of this session.",
            causes: &[
                "The role demands multi-factor authentication, and the session has none.",
                "The role demands an authentication context, such as a compliant device or a security key.",
            ],
            way_out: &[
                "Sign in again with what is demanded; programs hand the challenge to their credential.",
                "If you are never asked: a Conditional Access policy for that context may be missing.",
                "No application can meet this: a person has to activate.",
            ],
        },
        ErrorKind::Throttled => Advice {
            meaning: "Too many requests in a short time. Nothing was done.",
            causes: &["Another program of the tenant is busy.", "Many groups were read one by one."],
            way_out: &[
                "Wait as long as the error says.",
                "Run large jobs at quiet hours, with fewer requests at once.",
            ],
        },
        ErrorKind::Timeout => Advice {
            meaning: "It took longer than it was allowed to.",
            causes: &["An approval is awaited.", "The service is slow to carry out what it agreed to."],
            way_out: &["Look whether it happened meanwhile.", "Allow more time."],
        },
        ErrorKind::Unavailable => Advice {
            meaning: "The service, or the way to it, is down.",
            causes: &["A disturbance at Microsoft.", "A proxy, a firewall, no network."],
            way_out: &[
                "Try later; the service's health page tells of disturbances.",
                "If an administrator is needed now and PIM does not answer: that is what the accounts for emergencies \
                 are for.",
            ],
        },
        ErrorKind::OutcomeUnknown => Advice {
            meaning: "A change was sent, and no answer came back. It may have happened.",
            causes: &["The connection broke.", "The service failed after it had begun."],
            way_out: &[
                "Look before you do anything: is the grant, the request, the mail there?",
                "Do it again only if it is not. Nothing is sent twice by itself.",
            ],
        },
        ErrorKind::Unsupported => Advice {
            meaning: "This can't be done in this way: not by this service, for this kind of thing, or with this sign-in. \
                      Nothing was sent.",
            causes: &[
                "An application tried to activate or approve: only people can.",
                "Extensions are decided in the portal only.",
                "A licence is missing.",
            ],
            way_out: &[
                "Use the portal, or sign in as a person.",
                "See `docs/capabilities.md` for what works where.",
            ],
        },
        ErrorKind::Malformed => Advice {
            meaning: "The service answered something that this version can't read.",
            causes: &["The service changed.", "Something between you and the service rewrites its answers."],
            way_out: &["Update.", "Report it with the field that the message names."],
        },
        ErrorKind::Cancelled => Advice {
            meaning: "You, or the program that you run, gave up.",
            causes: &["It was stopped."],
            way_out: &["Look at how far it came: the journal of an applied plan tells.", "Resume, or undo."],
        },
        // What is new gets advice of its own: a test finds it.
        _ => Advice {
            meaning: "None of the other kinds: a defect, of the service or of this SDK.",
            causes: &["What nobody thought of."],
            way_out: &[
                "Try once more, later.",
                "Report it with the code, and the request id if there is one: Microsoft's support finds the call by it.",
            ],
        },
    }
}

pub(super) const fn rule(rule: &ViolatedRule) -> Option<Advice> {
    Some(match rule {
        ViolatedRule::Eligibility => Advice {
            meaning: "You are not eligible for this, at this scope, now.",
            causes: &[
                "The eligibility ended, or begins later.",
                "You are eligible at another scope, such as one administrative unit.",
                "You were eligible through a group and are no longer in it.",
            ],
            way_out: &[
                "Look under My roles for what you may activate, and where.",
                "Ask for an extension or renewal.",
            ],
        },
        ViolatedRule::Expiration => Advice {
            meaning: "Too long, too short, or without an end where one is needed.",
            causes: &[
                "More hours were asked for than the role allows.",
                "Less than five minutes were asked for.",
            ],
            way_out: &[
                "Ask for no more than the limit that the error names.",
                "Leave the duration out: the longest is taken.",
            ],
        },
        ViolatedRule::Justification => Advice {
            meaning: "Nobody said why.",
            causes: &["The justification is empty, or only blanks."],
            way_out: &[
                "Say what you are about to do, so that somebody who reads it in a year understands it.",
            ],
        },
        ViolatedRule::Mfa => Advice {
            meaning: "The session has no multi-factor sign-in.",
            causes: &[
                "You signed in with a password only.",
                "No second factor is registered.",
                "It is an application.",
            ],
            way_out: &[
                "Sign out, and in again with your second factor.",
                "Register one at https://aka.ms/mysecurityinfo.",
                "An administrator whose own grant is refused so must sign in with a second factor, too.",
            ],
        },
        ViolatedRule::Ticketing => Advice {
            meaning: "A ticket is demanded, and none was given.",
            causes: &["The ticket's number or system is empty."],
            way_out: &["Give the number of a ticket. It is recorded, and not checked."],
        },
        ViolatedRule::AuthenticationContext => Advice {
            meaning: "The session does not meet the authentication context that the role demands.",
            causes: &["Another device, place or sign-in method is needed.", "You met it, but too long ago."],
            way_out: &[
                "Follow the portal when it asks you to sign in once more, on a device that is fit for it.",
            ],
        },
        _ => return None,
    })
}
