//! Reading and changing what a privilege demands.

use std::collections::BTreeSet;

use super::Client;
use crate::{
    backend::Operation,
    error::{Error, ErrorKind, Result},
    policy::{Policy, Rule, RuleChange, RuleKind, Setting, safe_order},
    privilege::Privilege,
    time::Period,
};

impl Client {
    /// The policy that governs a privilege. The scope of a directory role does not matter.
    ///
    /// # Errors
    /// As for every method of [`Client`].
    pub async fn policy(&self, privilege: &Privilege) -> Result<Policy> {
        const OP: Operation = Operation::GetPolicy;
        self.require(OP)?;
        let read = self.backend().get_policy(privilege).await;
        read.map_err(|error| error.during(OP).with_context("privilege", privilege))
    }

    /// Writes these rules into the policy that governs a privilege, leaves the others alone, and answers with
    /// what the service then holds. Rules that say what the policy says already are not sent.
    ///
    /// # Errors
    /// `Unsupported` for a rule that can't be written here, `InvalidInput` for one named twice,
    /// `PermissionDenied` for what would leave nobody to approve or shut the policy.
    pub async fn update_policy(&self, privilege: &Privilege, rules: &[Rule]) -> Result<Policy> {
        const OP: Operation = Operation::UpdatePolicy;
        let place = |error: Error| error.during(OP).with_context("privilege", privilege);
        let admin = self.facet(OP, self.backend().policies())?;
        self.require(Operation::GetPolicy)?;
        self.writable(rules).map_err(place)?;
        let before = self.policy(privilege).await?;
        let changed: Vec<Rule> = before.diff(rules).iter().map(RuleChange::rule).collect();
        if changed.is_empty() {
            return Ok(before);
        }
        let changed = safe_order(&changed);
        self.guard().policy(&before, &changed).await.map_err(|error| error.during(OP))?;
        admin.update_policy(privilege, &changed).await.map_err(place)
    }

    /// The longest activation that the policy allows.
    pub(super) async fn longest_activation(&self, privilege: &Privilege) -> Result<Period> {
        let policy = self.policy(privilege).await?;
        match policy.setting(&RuleKind::ExpirationEndUserAssignment) {
            Some(Setting::Expiration { max: Some(max), .. }) => Ok(*max),
            _ => Err(Error::new(ErrorKind::InvalidInput, "the policy names no longest time: say how long")
                .with_context("privilege", privilege)
                .during(Operation::Submit)),
        }
    }

    fn writable(&self, rules: &[Rule]) -> Result<()> {
        let mut seen = BTreeSet::new();
        for rule in rules {
            if !self.capabilities().rules.contains(&rule.kind) {
                let message = format!(
                    "the {} backend can't write this rule: leave it out, or set it where the service offers it",
                    self.info().name
                );
                return Err(Error::new(ErrorKind::Unsupported, message).with_context("rule", &rule.kind));
            }
            if !seen.insert(&rule.kind) {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    "a rule is given twice: give each rule once",
                )
                .with_context("rule", &rule.kind));
            }
        }
        Ok(())
    }
}
