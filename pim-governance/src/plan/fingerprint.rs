//! What a difference is known by, from one plan to the next.

use std::{collections::BTreeSet, fmt, str::FromStr};

use pim_core::{
    error::{Error, ErrorKind},
    id::TenantId,
    policy::{ApprovalSetting, RuleChange, Setting},
    privilege::Privilege,
    request::NewRequest,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Change;

/// What identifies a difference, in whichever plan it shows: the same tenant and the same wish give the same,
/// whatever stands now, whenever it is looked at, and in whatever order.
///
/// The first 64 bits of a SHA-256; reads and prints as 16 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of what a change brings about in a tenant.
    pub fn of(tenant: Option<&TenantId>, change: &Change) -> Self {
        let tenant = tenant.map(ToString::to_string);
        // A tuple in JSON: no text of one part can look like the next part.
        let text = match change {
            Change::Grant(ask) => grant(tenant.as_deref(), ask),
            Change::Policy { privilege, rules } => {
                let mut wanted: Vec<_> = rules.iter().map(wanted).collect();
                wanted.sort_unstable();
                serde_json::to_string(&(tenant, "policy", named(privilege), wanted))
            }
            Change::Review(review) => serde_json::to_string(&(tenant, "review", review)),
            Change::RemoveReview { name } => serde_json::to_string(&(tenant, "no review", name)),
        };
        // Nothing in a change fails to be written; were it so, all such would share one fingerprint.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let hash = Sha256::digest(text.unwrap_or_default());
        let mut digits = [0; 16];
        for (two, byte) in digits.chunks_exact_mut(2).zip(hash) {
            two.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        Self(digits)
    }

    /// As text: 16 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        // Only digits are let in; the fall-back can't be reached.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn grant(tenant: Option<&str>, ask: &NewRequest) -> serde_json::Result<String> {
    let (level, holder, what) = (&ask.level, &ask.principal, named(&ask.privilege));
    if ask.action.is_removal() {
        return serde_json::to_string(&(tenant, "no grant", level, holder, what));
    }
    serde_json::to_string(&(tenant, "grant", level, holder, what, ask.expiry, &ask.condition))
}

/// ARM answers in other case than it was asked in.
fn named(privilege: &Privilege) -> String {
    match privilege {
        Privilege::AzureRole { .. } => privilege.to_string().to_ascii_lowercase(),
        other => other.to_string(),
    }
}

/// What a rule is to say, in one spelling: what [`Policy::diff`](pim_core::policy::Policy::diff) does not compare
/// makes no difference here.
fn wanted(change: &RuleChange) -> (String, String) {
    let setting = match &change.to {
        Setting::Approval(setting) if !setting.required && !setting.required_for_extension => {
            Setting::Approval(ApprovalSetting { stages: Vec::new(), ..ApprovalSetting::none() })
        }
        Setting::Approval(setting) => {
            let mut setting = setting.clone();
            for stage in &mut setting.stages {
                let approvers: BTreeSet<_> = std::mem::take(&mut stage.approvers).into_iter().collect();
                stage.approvers = approvers.into_iter().collect();
                (stage.escalation_minutes, stage.escalation_approvers) = (None, Vec::new());
            }
            Setting::Approval(setting)
        }
        Setting::AuthenticationContext { enabled: false, .. } => {
            Setting::AuthenticationContext { enabled: false, context: None }
        }
        Setting::Notification(setting) => {
            let mut setting = setting.clone();
            let addresses = setting.recipients.iter().map(|mail| mail.expose().trim().to_lowercase());
            let addresses: BTreeSet<_> = addresses.collect();
            setting.recipients = addresses.into_iter().map(Into::into).collect();
            Setting::Notification(setting)
        }
        other => other.clone(),
    };
    (change.kind.to_string(), serde_json::to_string(&setting).unwrap_or_default())
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match <[u8; 16]>::try_from(text.as_bytes()) {
            Ok(digits) if digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) => {
                Ok(Self(digits))
            }
            _ => Err(Error::new(
                ErrorKind::InvalidInput,
                "a fingerprint is 16 hexadecimal digits in lower case: copy it from a plan or a drift report",
            )),
        }
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|error: Error| error.message().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use pim_core::{
        id::{PrincipalId, RoleId},
        policy::{Approver, NotificationSetting, RuleKind},
        request::Action,
        schedule::Level,
        time::{Expiry, Period, Timestamp},
    };

    use super::*;

    fn of(change: &Change) -> Fingerprint {
        Fingerprint::of(None, change)
    }

    fn ask(action: Action, level: Level, scope: &str) -> NewRequest {
        let privilege =
            Privilege::AzureRole { role: RoleId::from_guid([1; 16]), scope: scope.parse().unwrap() };
        NewRequest {
            expiry: Some(Expiry::Never),
            ..NewRequest::new(action, level, PrincipalId::from_guid([2; 16]), privilege)
        }
    }

    fn change(action: Action, level: Level, scope: &str) -> Fingerprint {
        of(&Change::Grant(ask(action, level, scope).into()))
    }

    #[test]
    fn the_same_wish_is_the_same_however_it_is_brought_about_and_written() {
        let made = change(Action::AdminAssign, Level::Eligibility, "/subscriptions/a");
        assert_eq!(made, change(Action::AdminUpdate, Level::Eligibility, "/subscriptions/A"));
        let reason = NewRequest {
            justification: Some("because".into()),
            start: Some(Timestamp::MAX),
            ..ask(Action::AdminExtend, Level::Eligibility, "/subscriptions/a")
        };
        assert_eq!(made, of(&Change::Grant(reason.into())));
        assert_eq!(made.to_string().parse::<Fingerprint>().unwrap(), made);
        // Fixed for good: lists of accepted differences outlive this version.
        assert_eq!(made.to_string(), "a0502713cfe08861");
    }

    #[test]
    fn another_wish_is_another() {
        let made = ask(Action::AdminAssign, Level::Eligibility, "/");
        let mut all = vec![
            change(Action::AdminAssign, Level::Eligibility, "/"),
            change(Action::AdminAssign, Level::Assignment, "/"),
            change(Action::AdminAssign, Level::Eligibility, "/subscriptions/a"),
            change(Action::AdminRemove, Level::Eligibility, "/"),
            of(&Change::Grant(
                NewRequest { expiry: Some(Expiry::After(Period::days(1))), ..made.clone() }.into(),
            )),
            of(&Change::RemoveReview { name: "a".into() }),
            Fingerprint::of("t".parse().ok().as_ref(), &Change::Grant(made.into())),
        ];
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn rules_are_told_by_what_they_mean() {
        let policy = |rules: Vec<(RuleKind, Setting)>| {
            let rules = rules.into_iter().map(|(kind, to)| RuleChange::new(kind, None, to)).collect();
            of(&Change::Policy { privilege: Privilege::role(RoleId::GLOBAL_ADMINISTRATOR), rules })
        };
        let by = |ids: &[u8]| {
            let approvers = ids.iter().map(|id| Approver::user(PrincipalId::from_guid([*id; 16])));
            (RuleKind::ApprovalEndUserAssignment, Setting::Approval(ApprovalSetting::by(approvers)))
        };
        let mail = |addresses: &[&str]| {
            let recipients = addresses.iter().map(|address| (*address).into()).collect();
            let setting = NotificationSetting { recipients, ..NotificationSetting::default() };
            (RuleKind::NotificationAdminAdminAssignment, Setting::Notification(setting))
        };
        assert_eq!(
            policy(vec![by(&[1, 2]), mail(&["A@b.c"])]),
            policy(vec![mail(&["a@B.c "]), by(&[2, 1, 2])])
        );
        assert_ne!(policy(vec![by(&[1, 2])]), policy(vec![by(&[1, 3])]));
        assert_ne!(policy(vec![by(&[1])]), policy(vec![by(&[1]), mail(&[])]));
    }

    #[test]
    fn only_sixteen_digits_are_one() {
        for text in ["", "0123456789abcde", "0123456789ABCDEF", "+123456789abcdef", "0123456789abcdef0"] {
            assert_eq!(text.parse::<Fingerprint>().unwrap_err().kind(), ErrorKind::InvalidInput, "{text}");
        }
        assert!(serde_json::from_str::<Fingerprint>("\"zz\"").is_err());
    }
}
