//! Reads the facts that a guard needs, and no more.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;

use super::{Groups, Loss, administrators, review};
use crate::{
    backend::{
        AssignmentQuery, Backend, Directory, Filter, MembershipQuery, Operation, UserQuery, View, When,
    },
    directory::Membership,
    error::{Error, ErrorKind, Result},
    id::{GroupId, PrincipalId},
    page::{Batches, Pager},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege, Surface},
    review::{AccessReview, Population, ReviewItem, ReviewSettings, ReviewStatus, RoundKey},
    schedule::Assignment,
    time::Timestamp,
};

/// Reads through a backend on behalf of one guard question.
pub(crate) struct Reader<'a> {
    backend: &'a dyn Backend,
    /// What the answers are needed for; ends the sentence "without it nobody can tell ...".
    why: &'static str,
    members: BTreeMap<GroupId, Option<Vec<Membership>>>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(backend: &'a dyn Backend, why: &'static str) -> Self {
        Self { backend, why, members: BTreeMap::new() }
    }

    pub(crate) async fn assignments(&self, when: When, filter: Filter) -> Result<Vec<Assignment>> {
        const OP: Operation = Operation::ListAssignments;
        self.check(OP)?;
        let query = AssignmentQuery { view: View::Everyone, when, filter };
        self.all(OP, self.backend.list_assignments(&query, None)).await
    }

    /// The direct members and owners; `None` for what is no group.
    pub(crate) async fn members(&mut self, group: &GroupId) -> Result<Option<&[Membership]>> {
        const OP: Operation = Operation::ListMemberships;
        if !self.members.contains_key(group) {
            let directory = self.directory(OP)?;
            let query = MembershipQuery { group: Some(group.clone()) };
            let read = match Pager::new(directory.list_memberships(&query, None), None).collect_all().await {
                Ok(members) => Some(members),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(self.unread(OP, error)),
            };
            self.members.insert(group.clone(), read);
        }
        Ok(self.members.get(group).and_then(Option::as_deref))
    }

    /// The holders with all their members at any depth. A holder of unknown kind (`None`) is asked for
    /// members too.
    pub(crate) async fn groups(
        &mut self,
        holders: impl IntoIterator<Item = (PrincipalId, Option<PrincipalKind>)>,
    ) -> Result<Groups> {
        let mut groups = Groups::default();
        let mut open: Vec<_> = holders.into_iter().collect();
        while let Some((holder, kind)) = open.pop() {
            let group = holder.as_group();
            if groups.has(&group)
                || matches!(kind, Some(PrincipalKind::User | PrincipalKind::ServicePrincipal))
            {
                continue;
            }
            let known = kind == Some(PrincipalKind::Group);
            let Some(members) = self.members(&group).await? else {
                // A group that lists name and the directory doesn't know is a deleted one: it holds nothing.
                if known {
                    groups.add(group, []);
                }
                continue;
            };
            let members = members.iter().filter(|m| m.access == GroupAccess::Member);
            let members: Vec<_> = members.map(|m| (m.principal.clone(), Some(m.kind.clone()))).collect();
            if known || !members.is_empty() {
                groups.add(group, members.iter().map(|(id, _)| id.clone()));
                open.extend(members);
            }
        }
        Ok(groups)
    }

    /// The same, reduced to memberships without end that were not activated. What PIM doesn't list was made
    /// outside it and stands.
    pub(crate) async fn standing_groups(
        &mut self,
        holders: impl IntoIterator<Item = (PrincipalId, Option<PrincipalKind>)>,
        now: Timestamp,
    ) -> Result<Groups> {
        let groups = self.groups(holders).await?;
        if !self.backend.capabilities().surfaces().contains(&Surface::Groups) {
            return Ok(groups);
        }
        let mut standing = groups.clone();
        for group in groups.ids() {
            let filter = Filter { privilege: Some(Privilege::member(group.clone())), ..Filter::default() };
            let rows = self.assignments(When::Now, filter).await?;
            let (staying, passing): (Vec<_>, Vec<_>) =
                rows.iter().partition(|row| row.is_standing() && row.is_in_force(now));
            for row in passing {
                if !staying.iter().any(|other| other.principal == row.principal) {
                    standing = standing.without(group, &row.principal);
                }
            }
        }
        Ok(standing)
    }

    /// Which of these people may sign in. Stops reading once all were seen; one whose row can't be read counts
    /// as disabled, which is the safe side.
    pub(crate) async fn enabled(&self, wanted: &BTreeSet<PrincipalId>) -> Result<BTreeSet<PrincipalId>> {
        const OP: Operation = Operation::ListUsers;
        let (mut unseen, mut enabled) = (wanted.clone(), BTreeSet::new());
        if unseen.is_empty() {
            return Ok(enabled);
        }
        let query = UserQuery { ids: wanted.iter().cloned().collect() };
        let mut users = Pager::new(self.directory(OP)?.list_users(&query, None), None);
        while let Some(page) = users.next_page().await.map_err(|error| self.unread(OP, error))? {
            let found = page.items.into_iter().filter(|user| unseen.remove(&user.id));
            enabled.extend(found.filter(|user| user.enabled).map(|user| user.id));
            if unseen.is_empty() {
                break;
            }
        }
        Ok(enabled)
    }

    /// True when this is an application. Not being able to tell is no.
    pub(crate) async fn is_application(&self, id: &PrincipalId) -> bool {
        let Ok(directory) = self.directory(Operation::ListServicePrincipals) else { return false };
        let mut all = Pager::new(directory.list_service_principals(None), None);
        while let Some(Ok(application)) = all.next().await {
            if application.id == *id {
                return true;
            }
        }
        false
    }

    pub(crate) async fn items(&self, round: &RoundKey) -> Result<Vec<ReviewItem>> {
        const OP: Operation = Operation::ListItems;
        self.check(OP)?;
        let reviews = self.backend.reviews().ok_or_else(|| self.missing(OP))?;
        self.all(OP, reviews.list_items(round, None)).await
    }

    pub(crate) async fn settings(&self, round: &RoundKey) -> Result<ReviewSettings> {
        const OP: Operation = Operation::GetReview;
        self.check(OP)?;
        let reviews = self.backend.reviews().ok_or_else(|| self.missing(OP))?;
        let review = reviews.get_review(&round.review).await.map_err(|error| self.unread(OP, error))?;
        Ok(review.definition.settings)
    }

    /// What rounds that carry out their decisions by themselves, and have not yet, will take away, `except` one
    /// round: what reviewers have denied, and by the review's default those who are silent so far. A review
    /// that takes from the silent and has a round to come will take from all who hold it now. A caller who can't read reviews does without: most who may revoke may not read those, and a
    /// round that is stopped or applied through a client is judged then.
    pub(crate) async fn coming_losses(&mut self, except: Option<&RoundKey>) -> Result<BTreeSet<Loss>> {
        match self.denied_so_far(except).await {
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
                Ok(BTreeSet::new())
            }
            losses => losses,
        }
    }

    async fn denied_so_far(&mut self, except: Option<&RoundKey>) -> Result<BTreeSet<Loss>> {
        const OP: Operation = Operation::ListRounds;
        let mut losses = BTreeSet::new();
        for review in self.reviews().await? {
            let scope = &review.definition.scope;
            if !review.definition.settings.auto_apply
                || scope.population == Population::Eligible
                || !administrators::can_matter(&scope.privilege)
            {
                continue;
            }
            self.check(OP)?;
            let facet = self.backend.reviews().ok_or_else(|| self.missing(OP))?;
            let rounds = self.all(OP, facet.list_rounds(&review.id, None)).await?;
            let returns = rounds.is_empty() || review.definition.settings.recurrence.is_some();
            if returns && review::removes_the_silent(&review.definition) {
                losses.extend(self.held(&scope.privilege).await?);
            }
            for round in rounds {
                if round.status == ReviewStatus::Applied || except == Some(&round.key) {
                    continue;
                }
                let items = self.items(&round.key).await?;
                let denied = review::denied(&items, &review.definition.settings.default_decision);
                losses.extend(review::losses(&denied));
            }
        }
        Ok(losses)
    }

    /// Every grant of this privilege, as what would be lost.
    async fn held(&mut self, privilege: &Privilege) -> Result<Vec<Loss>> {
        let filter = Filter { privilege: Some(privilege.clone()), ..Filter::default() };
        let rows = self.assignments(When::NowOrLater, filter).await?;
        let mut holders: Vec<_> = rows.into_iter().map(|row| row.principal).collect();
        if let Privilege::Group { group, access } = privilege {
            let members = self.members(group).await?.unwrap_or_default();
            holders.extend(members.iter().filter(|m| m.access == *access).map(|m| m.principal.clone()));
        }
        let loss = |principal| Loss { principal, privilege: privilege.clone() };
        Ok(holders.into_iter().map(loss).collect())
    }

    async fn reviews(&self) -> Result<Vec<AccessReview>> {
        const OP: Operation = Operation::ListReviews;
        self.check(OP)?;
        let reviews = self.backend.reviews().ok_or_else(|| self.missing(OP))?;
        self.all(OP, reviews.list_reviews(&View::Everyone, None)).await
    }

    fn directory(&self, operation: Operation) -> Result<&'a dyn Directory> {
        self.check(operation)?;
        self.backend.directory().ok_or_else(|| self.missing(operation))
    }

    async fn all<T>(&self, operation: Operation, batches: Batches<T>) -> Result<Vec<T>> {
        Pager::new(batches, None).collect_all().await.map_err(|error| self.unread(operation, error))
    }

    fn check(&self, operation: Operation) -> Result<()> {
        let offered = self.backend.capabilities().operations.contains(&operation);
        if offered { Ok(()) } else { Err(self.missing(operation)) }
    }

    fn missing(&self, operation: Operation) -> Error {
        Error::new(
            ErrorKind::Unsupported,
            format!(
                "this backend or credential offers no {operation}, and without it nobody can tell {}: use one \
                 that does",
                self.why
            ),
        )
    }

    fn unread(&self, operation: Operation, error: Error) -> Error {
        Error::new(
            error.kind(),
            format!("{operation} failed, and without it nobody can tell {}; nothing was changed", self.why),
        )
        .with_retry(error.retry())
        .with_context("read", operation)
        .with_source(error)
    }
}
