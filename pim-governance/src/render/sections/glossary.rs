//! What the words of PIM mean.

use super::super::document::{Block, Chapter};

pub(super) fn chapter() -> Chapter {
    let mut chapter = Chapter::new("glossary", "Words");
    chapter.blocks.push(Block::Terms { terms: TERMS.to_vec() });
    chapter
}

const TERMS: [(&str, &str); 10] = [
    (
        "Privileged Identity Management (PIM)",
        "The part of Microsoft Entra that gives rights only when they are needed, for as long as they are needed, and keeps a record of it.",
    ),
    (
        "Role",
        "A set of rights under a name, such as Global Administrator. Whoever holds the role has the rights.",
    ),
    (
        "Scope",
        "Where a role counts: in the whole tenant, in a part of it such as an administrative unit, or on some Azure resources.",
    ),
    (
        "Permanent assignment",
        "Somebody holds a role at every moment, without end. Also called standing access.",
    ),
    ("Eligible", "Somebody may activate a role, and does not hold it until they do."),
    (
        "Activation",
        "Taking a role that one is eligible for, for some hours. It may ask for a strong sign-in, a reason, a ticket or an approval.",
    ),
    ("Approval", "Somebody else has to agree before an activation counts. Nobody approves their own."),
    (
        "PIM group",
        "A group whose membership can itself be activated. What the group holds, its members hold.",
    ),
    (
        "Break-glass account",
        "An account for emergencies: always Global Administrator, kept apart, used only when nothing else works, and watched.",
    ),
    (
        "Access review",
        "A regular question to somebody who knows: is this right still needed? What is not, is taken away.",
    ),
];
