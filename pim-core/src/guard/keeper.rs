//! Asks the guards before a change, with facts read through the backend.

use std::collections::BTreeSet;

use super::{
    Administrators, Approval, Groups, Loss, Reader, Safeguards, administrators, approvers, break_glass,
    keep_administrators, keep_approver, keep_break_glass, keep_break_glass_group, keep_policy_sound, policy,
    review, takes_away,
};
use crate::{
    backend::{Backend, Filter, When},
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, RoleId},
    policy::{ApprovalSetting, ApproverKind, Policy, Rule, RuleKind, Setting},
    principal::PrincipalKind,
    privilege::Privilege,
    request::NewRequest,
    review::{DefaultDecision, NewReview, NewVerdict, ReviewItem, RoundKey, Verdict},
    schedule::{Assignment, Level},
    time::Timestamp,
};

/// The guards of one client. `gone` are grants it took away so recently that lists may still show them.
pub(crate) struct Guard<'a> {
    pub(crate) backend: &'a dyn Backend,
    pub(crate) safeguards: &'a Safeguards,
    pub(crate) gone: &'a [Loss],
    pub(crate) now: Timestamp,
}

const WHOM: &str = "whether a break-glass account is reached";
const HOW_MANY: &str = "whether enough administrators would be left";
const WHO_APPROVES: &str = "whether anybody could approve";

impl Guard<'_> {
    pub(crate) async fn request(&self, ask: &NewRequest) -> Result<()> {
        keep_break_glass(ask, self.safeguards)?;
        if ask.level == Level::Eligibility || !takes_away(ask, self.now) {
            return Ok(());
        }
        if !self.safeguards.break_glass.is_empty() {
            let mut reader = Reader::new(self.backend, WHOM);
            let kind = self.kind_of(&reader, ask).await?;
            let groups = reader.groups([(ask.principal.clone(), kind)]).await?;
            keep_break_glass_group(ask, &groups, self.safeguards, self.now)?;
        }
        match administrators::loss(ask, self.now) {
            Some(loss) => self.administrators(&BTreeSet::from([loss]), None).await,
            None => Ok(()),
        }
    }

    /// Before a request is withdrawn: what it would give, or keep for, a break-glass account stays.
    pub(crate) async fn withdrawal(&self, asked: &NewRequest) -> Result<()> {
        let own = self.backend.info().caller.as_ref() == Some(&asked.principal);
        if self.safeguards.break_glass.is_empty() || own || asked.action.is_removal() {
            return Ok(());
        }
        self.spare([&asked.principal].into_iter(), &Groups::default())?;
        if asked.level == Level::Eligibility || !break_glass::is_administrative(&asked.action) {
            return Ok(());
        }
        let mut reader = Reader::new(self.backend, WHOM);
        let kind = self.kind_of(&reader, asked).await?;
        let groups = reader.groups([(asked.principal.clone(), kind)]).await?;
        self.spare([&asked.principal].into_iter(), &groups)
    }

    pub(crate) async fn policy(&self, policy: &Policy, rules: &[Rule]) -> Result<()> {
        let info = self.backend.info();
        let caller = match &info.caller {
            _ if info.caller_kind.is_some() => info.caller_kind.clone(),
            Some(id) if rules.iter().any(policy::shuts_out_applications) => {
                let reader = Reader::new(self.backend, "what the caller is");
                reader.is_application(id).await.then_some(PrincipalKind::ServicePrincipal)
            }
            _ => None,
        };
        keep_policy_sound(policy, rules, caller.as_ref())?;
        let after = policy.apply(rules);
        let written = rules.iter().any(|rule| rule.kind == RuleKind::ApprovalEndUserAssignment);
        match after.setting(&RuleKind::ApprovalEndUserAssignment) {
            Some(Setting::Approval(setting)) if written && setting.required => {
                let facts = self.approval(&policy.subject, setting).await?;
                keep_approver(&policy.subject, setting, &facts)
            }
            _ => Ok(()),
        }
    }

    pub(crate) async fn new_review(&self, ask: &NewReview) -> Result<()> {
        if !review::removes_the_silent(ask) {
            return Ok(());
        }
        let privilege = &ask.scope.privilege;
        let remedy = |error: Error| error.with_context("privilege", privilege);
        if self.safeguards.min_administrators > 0 && administrators::can_matter(privilege) {
            let at_stake = match privilege.group_id() {
                None => true,
                Some(group) => self.administrator_facts().await?.depend_on(group),
            };
            if at_stake {
                return Err(remedy(review::forgetful()));
            }
        }
        if self.safeguards.break_glass.is_empty() {
            return Ok(());
        }
        let mut reader = Reader::new(self.backend, WHOM);
        let holders = self.holders(&mut reader, privilege).await?;
        let groups = reader.groups(holders.iter().cloned()).await?;
        self.spare(holders.iter().map(|(id, _)| id), &groups).map_err(remedy)
    }

    pub(crate) async fn verdicts(&self, round: &RoundKey, verdicts: &[NewVerdict]) -> Result<()> {
        if !verdicts.iter().any(|v| denies(&v.verdict)) || self.is_idle() {
            return Ok(());
        }
        let mut items = Reader::new(self.backend, WHOM).items(round).await?;
        let mut touched = Vec::new();
        for verdict in verdicts {
            let Some(at) = items.iter().position(|item| item.id == verdict.item) else {
                return Err(Error::new(
                    ErrorKind::NotFound,
                    "the round has no such item: read its items again",
                )
                .with_context("item", &verdict.item));
            };
            items[at].verdict = verdict.verdict.clone();
            if denies(&verdict.verdict) {
                touched.push(at);
            }
        }
        let new: Vec<_> = touched.into_iter().map(|at| &items[at]).collect();
        self.spare_items(&new).await?;
        // Denying what does not concern administrators must not wait for those who would.
        if review::losses(&new).iter().any(|loss| administrators::can_matter(&loss.privilege)) {
            let all = review::denied(&items, &DefaultDecision::None);
            self.administrators(&review::losses(&all), Some(round)).await?;
        }
        Ok(())
    }

    /// Before a round is closed or applied: what its answers, and its default for the silent, take away.
    pub(crate) async fn round(&self, round: &RoundKey) -> Result<BTreeSet<Loss>> {
        if self.is_idle() {
            return Ok(BTreeSet::new());
        }
        let reader = Reader::new(self.backend, WHOM);
        let items = reader.items(round).await?;
        // Where even the harshest default does no harm, the review need not be read.
        if let Ok(losses) = self.spared(round, &items, &DefaultDecision::Deny).await {
            return Ok(losses);
        }
        let default = reader.settings(round).await?.default_decision;
        self.spared(round, &items, &default).await
    }

    /// Before all answers of a round are taken back: who was kept may then fall to silence.
    pub(crate) async fn reset(&self, round: &RoundKey) -> Result<()> {
        if self.is_idle() {
            return Ok(());
        }
        let reader = Reader::new(self.backend, WHOM);
        let settings = reader.settings(round).await?;
        if !settings.auto_apply {
            return Ok(());
        }
        let items = reader.items(round).await?;
        let mut silent = items.clone();
        for item in &mut silent {
            item.verdict = Verdict::NotReviewed;
        }
        let fallen: BTreeSet<_> =
            review::denied(&items, &settings.default_decision).into_iter().map(|item| &item.id).collect();
        let all = review::denied(&silent, &settings.default_decision);
        let new: Vec<_> = all.iter().copied().filter(|item| !fallen.contains(&item.id)).collect();
        self.spare_items(&new).await?;
        if review::losses(&new).iter().any(|loss| administrators::can_matter(&loss.privilege)) {
            self.administrators(&review::losses(&all), Some(round)).await?;
        }
        Ok(())
    }

    async fn spared(
        &self,
        round: &RoundKey,
        items: &[ReviewItem],
        default: &DefaultDecision,
    ) -> Result<BTreeSet<Loss>> {
        let denied = review::denied(items, default);
        self.spare_items(&denied).await?;
        let losses = review::losses(&denied);
        self.administrators(&losses, Some(round)).await?;
        Ok(losses)
    }

    async fn spare_items(&self, denied: &[&ReviewItem]) -> Result<()> {
        if self.safeguards.break_glass.is_empty() {
            return Ok(());
        }
        let direct = Groups::default();
        self.spare(denied.iter().map(|item| &item.principal), &direct)?;
        let mut reader = Reader::new(self.backend, WHOM);
        let mut holders = Vec::new();
        let privileges: BTreeSet<_> = denied.iter().map(|item| &item.privilege).collect();
        for privilege in privileges {
            let rows = reader.assignments(When::NowOrLater, exactly(privilege)).await?;
            let of = denied.iter().filter(|item| item.privilege == *privilege);
            holders.extend(of.map(|item| (item.principal.clone(), kind(&rows, &item.principal))));
        }
        let groups = reader.groups(holders).await?;
        self.spare(denied.iter().map(|item| &item.principal), &groups)
    }

    fn spare<'p>(&self, mut holders: impl Iterator<Item = &'p PrincipalId>, groups: &Groups) -> Result<()> {
        let hit = holders.find_map(|holder| {
            let account = break_glass::contained(holder, groups, self.safeguards)?;
            Some(break_glass::through(holder, &account))
        });
        hit.map_or(Ok(()), Err)
    }

    /// `round` is the review round that takes away, if one does.
    async fn administrators(&self, losses: &BTreeSet<Loss>, round: Option<&RoundKey>) -> Result<()> {
        if self.safeguards.min_administrators == 0
            || !losses.iter().any(|loss| administrators::can_matter(&loss.privilege))
        {
            return Ok(());
        }
        let mut facts = self.administrator_facts().await?;
        if facts.after(losses).candidates() == facts.candidates() {
            return Ok(());
        }
        let coming = Reader::new(self.backend, HOW_MANY).coming_losses(round).await?;
        facts = facts.after(&coming);
        facts.enabled = Reader::new(self.backend, HOW_MANY).enabled(&facts.candidates()).await?;
        keep_administrators(&facts, losses, self.safeguards)
    }

    /// Who administers the tenant.
    pub(crate) async fn working(&self) -> Result<Administrators> {
        let mut facts = self.administrator_facts().await?;
        facts.enabled = Reader::new(self.backend, HOW_MANY).enabled(&facts.candidates()).await?;
        Ok(facts)
    }

    /// Who holds the role, and through which groups; who is enabled is left out, because it takes the
    /// longest to read and is not always needed.
    async fn administrator_facts(&self) -> Result<Administrators> {
        let mut reader = Reader::new(self.backend, HOW_MANY);
        let (holders, groups) = self.standing(&mut reader, RoleId::GLOBAL_ADMINISTRATOR).await?;
        Ok(Administrators { holders, groups, enabled: BTreeSet::new() }.after(self.gone))
    }

    async fn standing(
        &self,
        reader: &mut Reader<'_>,
        role: RoleId,
    ) -> Result<(BTreeSet<PrincipalId>, Groups)> {
        let rows = reader.assignments(When::Now, exactly(&Privilege::role(role.clone()))).await?;
        let holders = Administrators::holders_of(&role, &rows, self.now);
        let kinds: Vec<_> = holders.iter().map(|id| (id.clone(), kind(&rows, id))).collect();
        let groups = reader.standing_groups(kinds, self.now).await?;
        Ok((holders, groups))
    }

    async fn approval(&self, privilege: &Privilege, setting: &ApprovalSetting) -> Result<Approval> {
        let mut reader = Reader::new(self.backend, WHO_APPROVES);
        let mut facts = Approval::default();
        let unnamed = setting.stages.is_empty() || setting.stages.iter().any(|s| s.approvers.is_empty());
        let mut holders = Vec::new();
        if unnamed && approvers::has_default_approvers(privilege) {
            for role in [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR] {
                let rows = reader.assignments(When::Now, exactly(&Privilege::role(role.clone()))).await?;
                for id in Administrators::holders_of(&role, &rows, self.now) {
                    holders.push((id.clone(), kind(&rows, &id)));
                    facts.default_approvers.insert(id);
                }
            }
        }
        let named = setting.approvers().filter(|approver| approver.kind == ApproverKind::Group);
        holders.extend(named.map(|approver| (approver.id.clone(), Some(PrincipalKind::Group))));
        facts.groups = reader.groups(holders).await?;
        let candidates = facts.candidates(privilege, setting).into_iter().flatten().collect();
        facts.enabled = reader.enabled(&candidates).await?;
        Ok(facts)
    }

    /// Who holds a privilege; a directory role at tenant scope stands for the role at every scope.
    async fn holders(
        &self,
        reader: &mut Reader<'_>,
        privilege: &Privilege,
    ) -> Result<Vec<(PrincipalId, Option<PrincipalKind>)>> {
        let filter = match privilege {
            Privilege::DirectoryRole { role, .. } => {
                Filter { surface: Some(privilege.surface()), role: Some(role.clone()), ..Filter::default() }
            }
            _ => exactly(privilege),
        };
        let rows = reader.assignments(When::NowOrLater, filter).await?;
        let mut holders: Vec<_> =
            rows.iter().map(|row| (row.principal.clone(), kind(&rows, &row.principal))).collect();
        if let Privilege::Group { group, access } = privilege {
            let members = reader.members(group).await?.unwrap_or_default();
            let members = members.iter().filter(|m| m.access == *access);
            holders.extend(members.map(|m| (m.principal.clone(), Some(m.kind.clone()))));
        }
        Ok(holders)
    }

    async fn kind_of(&self, reader: &Reader<'_>, ask: &NewRequest) -> Result<Option<PrincipalKind>> {
        let filter = Filter { principal: Some(ask.principal.clone()), ..exactly(&ask.privilege) };
        let rows = reader.assignments(When::NowOrLater, filter).await?;
        Ok(kind(&rows, &ask.principal))
    }

    fn is_idle(&self) -> bool {
        self.safeguards.break_glass.is_empty() && self.safeguards.min_administrators == 0
    }
}

/// What a list tells of a holder.
fn kind(rows: &[Assignment], id: &PrincipalId) -> Option<PrincipalKind> {
    let holder = rows.iter().filter_map(|row| row.holder.as_deref()).find(|holder| holder.id == *id)?;
    Some(holder.kind.clone())
}

fn exactly(privilege: &Privilege) -> Filter {
    Filter { surface: Some(privilege.surface()), privilege: Some(privilege.clone()), ..Filter::default() }
}

const fn denies(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Deny | Verdict::Unknown(_))
}
