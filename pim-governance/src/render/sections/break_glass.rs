//! The strategy for emergencies, as a document: which accounts, how they are kept, how they are used.

use super::super::{document::Chapter, tables, text::count, view::View};
use crate::analysis::Code;

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    view.report.snapshot?;
    let mut chapter = Chapter::new("break-glass", "Strategy for emergencies");
    chapter.text(
        "When PIM, a second factor or Conditional Access fails, somebody must still get in. For that there are \
         break-glass accounts: Global Administrators at every moment, used by nobody in daily work. They are the one \
         exception to just-in-time access, and so they are kept with more care than anything else.",
    );
    let accounts = view.break_glass();
    chapter.heading("The accounts");
    if accounts.is_empty() {
        chapter.note(
            "No account is named for emergencies. Name two at least: no change that is made by a plan will reach them.",
        );
    } else {
        chapter.text(format!(
            "{} named. There should be two at least, so that one can fail.",
            count(accounts.len(), "account is", "accounts are")
        ));
        chapter.table(tables::break_glass(view, view.report.rows));
    }
    let faults: Vec<_> = view
        .report
        .findings
        .into_iter()
        .flat_map(|all| &all.findings)
        .filter(|finding| finding.code == Code::BreakGlass)
        .map(|finding| format!("{} {}", view.told(&finding.message), view.told(&finding.remedy)))
        .collect();
    if !faults.is_empty() {
        chapter.heading("What is to be put right");
        chapter.list(faults, false);
    }
    for (heading, ordered, entries) in RULES {
        chapter.heading(*heading);
        chapter.list(entries.iter().copied(), *ordered);
    }
    Some(chapter)
}

/// What Microsoft recommends, in plain words.
///
/// Source: [emergency access](https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access).
const RULES: &[(&str, bool, &[&str])] = &[
    (
        "How they are made",
        false,
        &[
            "At least two, each for the organisation and not for a person.",
            "In the cloud only, under the onmicrosoft.com domain: they must work when the directory on premises and its federation do not.",
            "Global Administrator by an assignment without end, made directly and not through a group.",
            "A passkey (FIDO2) or a certificate as the second factor, another kind for each account where possible. Microsoft demands a second factor of every administrator.",
            "Left out of Conditional Access, at least of every policy that could lock all administrators out, by name or through a group that only holds them.",
        ],
    ),
    (
        "How they are kept",
        false,
        &[
            "Keys and passwords in sealed envelopes in two fireproof safes at different places.",
            "Who may open a safe is written down; opening one takes two people.",
            "No password that expires, no mailbox and no phone that belongs to somebody.",
            "No step of a plan, no review and no clean-up takes their role away: name them in the design, and the guards keep to it.",
        ],
    ),
    (
        "How they are watched",
        false,
        &[
            "Every sign-in and every change of these accounts raises an alert at once, to more than one person.",
            "Once a month somebody looks whether there was a sign-in that nobody recorded.",
            "Every 90 days, and whenever somebody who knew leaves: sign in once as a test, check that the alert came, renew what is sealed.",
        ],
    ),
    (
        "When they are used",
        true,
        &[
            "Make sure that it is an emergency: no other administrator can sign in or activate, and it can't wait.",
            "Two people open the safe, and write down when, who and why.",
            "Sign in from a device that is known to be clean, and do no more than brings the usual ways back.",
            "Write down what was done.",
            "Set new credentials, seal them, and close the case: what failed, and what keeps it from failing again?",
        ],
    ),
];
