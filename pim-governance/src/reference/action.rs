//! Which action contains which.

/// True when whoever may do `granted` may do `wanted`: the same action, a part of what it is about
/// (`microsoft.directory/groups/...` contains `microsoft.directory/groups.security/...`), or one that its
/// `allEntities`, `allProperties` and `allTasks` stand for.
///
/// Source: [format of actions](https://learn.microsoft.com/entra/identity/role-based-access-control/custom-overview#role-definition).
pub fn covers(granted: &str, wanted: &str) -> bool {
    if granted.eq_ignore_ascii_case(wanted) {
        return true;
    }
    let (Some(granted), Some(wanted)) = (Parts::of(granted), Parts::of(wanted)) else { return false };
    granted.service.eq_ignore_ascii_case(wanted.service)
        && is_within(wanted.entity, granted.entity)
        && granted.rest.covers(&wanted.rest)
}

struct Parts<'a> {
    service: &'a str,
    entity: &'a str,
    rest: Rest<'a>,
}

/// What comes after the entity: properties, where some are named, and what is done.
struct Rest<'a> {
    properties: Option<&'a str>,
    task: &'a str,
}

impl<'a> Parts<'a> {
    fn of(action: &'a str) -> Option<Self> {
        let (service, rest) = action.split_once('/')?;
        let (entity, rest) = rest.split_once('/')?;
        let rest = match rest.rsplit_once('/') {
            Some((properties, task)) => Rest { properties: Some(properties), task },
            None => Rest { properties: None, task: rest },
        };
        Some(Self { service, entity, rest })
    }
}

impl Rest<'_> {
    fn covers(&self, wanted: &Self) -> bool {
        let everything = |text: &str, word: &str| text.eq_ignore_ascii_case(word);
        let properties = match (self.properties, wanted.properties) {
            (Some(granted), _) if everything(granted, "allProperties") => true,
            (None, _) if everything(self.task, "allTasks") => true,
            (Some(granted), Some(wanted)) => granted.eq_ignore_ascii_case(wanted),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        properties && (everything(self.task, "allTasks") || self.task.eq_ignore_ascii_case(wanted.task))
    }
}

fn is_within(wanted: &str, granted: &str) -> bool {
    let head = wanted.get(..granted.len()).is_some_and(|head| head.eq_ignore_ascii_case(granted));
    granted.eq_ignore_ascii_case("allEntities")
        || head && (wanted.len() == granted.len() || wanted.as_bytes()[granted.len()] == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wider_contains_the_narrower_and_not_the_other_way() {
        for (granted, wanted) in [
            ("microsoft.directory/users/allProperties/allTasks", "microsoft.directory/users/password/update"),
            ("microsoft.directory/users/allProperties/allTasks", "microsoft.directory/users/create"),
            ("microsoft.directory/users/allProperties/update", "microsoft.directory/users/basic/update"),
            ("microsoft.directory/users/allProperties/read", "microsoft.directory/users/standard/read"),
            (
                "microsoft.directory/groups/members/update",
                "microsoft.directory/groups.security/members/update",
            ),
            (
                "microsoft.office365.exchange/allEntities/allTasks",
                "microsoft.office365.exchange/mail/basic/read",
            ),
            ("microsoft.directory/a/allTasks", "microsoft.directory/a/basic/update"),
        ] {
            assert!(covers(granted, wanted), "{granted} should cover {wanted}");
            assert!(!covers(wanted, granted), "{wanted} should not cover {granted}");
        }
    }

    #[test]
    fn neighbours_are_not_contained() {
        for (granted, wanted) in [
            ("microsoft.directory/users/allProperties/read", "microsoft.directory/users/password/update"),
            ("microsoft.directory/users/allProperties/update", "microsoft.directory/users/create"),
            ("microsoft.directory/groups.unified/create", "microsoft.directory/groups.security/create"),
            ("microsoft.directory/groups/create", "microsoft.directory/groupsAssignableToRoles/create"),
            ("microsoft.directory/users/create", "microsoft.office365.exchange/users/create"),
            ("microsoft.directory/users/password/update", "microsoft.directory/users/update"),
            ("", "microsoft.directory/users/create"),
        ] {
            assert!(!covers(granted, wanted), "{granted} should not cover {wanted}");
        }
    }
}
