//! Custom directory roles.
//!
//! Source: [custom roles](https://learn.microsoft.com/entra/identity/role-based-access-control/custom-create).

use pim_core::{
    error::Result,
    id::RoleId,
    privilege::{RoleDefinition, RoleOrigin, Surface},
};

use super::{
    command::{Outcome, Shown},
    event::Fact,
    handling::Handling,
    refuse,
};

pub(super) fn define(mut h: Handling<'_>, role: &RoleDefinition) -> Outcome {
    let known = h.state.directory.role(&role.id);
    let built_in = known.is_some_and(|known| known.origin == RoleOrigin::BuiltIn);
    let custom = role.surface == Surface::DirectoryRoles && role.origin == RoleOrigin::Custom;
    let fact = Fact::RoleDefined { role: Box::new(role.clone()), by: h.caller.principal.clone() };
    let allowed = h
        .access()
        .to_define_roles()
        .and_then(|()| if built_in || !custom { Err(refuse::built_in_role()) } else { Ok(()) });
    finish(&mut h, allowed, fact)
}

/// What people hold of the role stays on record: whether the service takes it away too is not known.
pub(super) fn remove(mut h: Handling<'_>, id: &RoleId) -> Outcome {
    let allowed = h.access().to_define_roles().and_then(|()| match h.state.directory.role(id) {
        None => Err(refuse::no_role()),
        Some(known) if known.origin == RoleOrigin::BuiltIn => Err(refuse::built_in_role()),
        Some(_) => Ok(()),
    });
    let fact = Fact::RoleRemoved { id: id.clone(), by: h.caller.principal.clone() };
    finish(&mut h, allowed, fact)
}

fn finish(h: &mut Handling<'_>, allowed: Result<()>, fact: Fact) -> Outcome {
    match allowed {
        Ok(()) => {
            h.push(fact);
            Outcome::done(std::mem::take(&mut h.events), Shown::Nothing)
        }
        Err(error) => Outcome { events: Vec::new(), answer: Err(error) },
    }
}
