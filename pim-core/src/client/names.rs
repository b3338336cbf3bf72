//! From names to ids, for people who type.

use futures::StreamExt;

use super::Client;
use crate::{
    backend::{Operation, RoleQuery, UserQuery},
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, RoleId},
    privilege::{RoleDefinition, Surface},
};

/// How many candidates an error names.
const CANDIDATES: usize = 5;

/// The longest name, in bytes: sign-in names end at 1,024, display names at 256.
const LONGEST: usize = 1024;

impl Client {
    /// The Entra role with this name or id, whatever the case of its letters.
    ///
    /// # Errors
    /// `NotFound` with names that are alike, where no role is called so; `InvalidInput` with the ids, where several are, and
    /// for what can't be a name.
    pub async fn role_named(&self, name: &str) -> Result<RoleDefinition> {
        const OP: Operation = Operation::ListRoles;
        plausible(name).map_err(|error| error.during(OP))?;
        let query = RoleQuery { surface: Some(Surface::DirectoryRoles) };
        let roles = self.roles(&query, None).collect_all().await?;
        let id = name.parse::<RoleId>().ok();
        let (found, rest): (Vec<_>, Vec<_>) =
            roles.into_iter().partition(|role| same(&role.name, name) || Some(&role.id) == id.as_ref());
        // The shortest has least that was not said.
        let alike = || {
            let mut alike: Vec<_> = rest.iter().map(|role| role.name.to_string()).collect();
            alike.retain(|other| are_alike(other, name));
            alike.sort_by_key(String::len);
            alike
        };
        single(found, |role| role.id.to_string(), alike, "Entra role").map_err(|error| error.during(OP))
    }

    /// The id of the person, group or application with this sign-in name (with its domain or without), name or id. An id
    /// is taken as it is.
    ///
    /// Reads the directory until it has seen everybody: look ids up once, and keep them.
    ///
    /// # Errors
    /// `NotFound` where nobody is called so; `InvalidInput` with the ids, where several are, and for what can't be a name.
    pub async fn principal_named(&self, name: &str) -> Result<PrincipalId> {
        const OP: Operation = Operation::ListUsers;
        plausible(name).map_err(|error| error.during(OP))?;
        if let Some(id) = name.parse::<PrincipalId>().ok().filter(|id| id.guid().is_some()) {
            return Ok(id);
        }
        let mut users = self.users(&UserQuery::default(), None);
        let mut found = Vec::new();
        while let Some(user) = users.next().await {
            let user = user?;
            if same(user.sign_in_name.expose(), name) {
                return Ok(user.id); // Nobody shares it.
            }
            let before_at = user.sign_in_name.expose().split('@').next();
            if same(user.name.expose(), name) || before_at.is_some_and(|short| same(short, name)) {
                found.push(user.id);
            }
        }
        let mut groups = self.groups(None);
        while let Some(group) = groups.next().await {
            let group = group?;
            if same(&group.name, name) {
                found.push(group.id.as_principal());
            }
        }
        let mut applications = self.service_principals(None);
        while let Some(application) = applications.next().await {
            let application = application?;
            if same(&application.name, name) {
                found.push(application.id);
            }
        }
        single(found, PrincipalId::to_string, Vec::new, "principal").map_err(|error| error.during(OP))
    }
}

fn plausible(name: &str) -> Result<()> {
    if !name.trim().is_empty() && name.len() <= LONGEST {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidInput, "a name or id has at least one character and at most 1,024"))
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// True where each word of the other begins a word of the one, or is one with a slip: `user admin` and `Usr Administrator` for
/// `User Administrator`.
fn are_alike(one: &str, other: &str) -> bool {
    let words = |text: &str| text.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    let slips = |word: &str| (word.chars().count() / 4).max(1);
    let meant = |known: &str, word: &str| {
        known.starts_with(word) || (word.len() > 2 && strsim::osa_distance(known, word) <= slips(word))
    };
    !other.is_empty() && other.iter().all(|word| one.iter().any(|known| meant(known, word)))
}

fn single<T>(
    found: Vec<T>,
    id: impl Fn(&T) -> String,
    alike: impl Fn() -> Vec<String>,
    what: &'static str,
) -> Result<T> {
    let listed = |names: Vec<String>| -> String {
        let more = names.len().saturating_sub(CANDIDATES);
        let text = names.into_iter().take(CANDIDATES).collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{text} and {more} more") } else { text }
    };
    if found.len() > 1 {
        let message = format!("several are called so: give the id of the {what} that is meant");
        let ids: Vec<_> = found.iter().map(&id).collect();
        return Err(Error::new(ErrorKind::InvalidInput, message).with_context("candidates", listed(ids)));
    }
    found.into_iter().next().ok_or_else(|| {
        let error = Error::new(ErrorKind::NotFound, format!("there is no {what} of this name or id"));
        let alike = alike();
        if alike.is_empty() { error } else { error.with_context("did_you_mean", listed(alike)) }
    })
}
