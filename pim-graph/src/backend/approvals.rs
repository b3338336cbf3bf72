//! Approvals: of Entra roles in beta's steps, of groups in v1.0's stages.

use async_trait::async_trait;
use pim_core::{
    approval::{Approval, ApprovalKey, NewDecision},
    backend::Approvals,
    error::{Error, ErrorKind, Result},
    id::StageId,
    privilege::Privilege,
};

use super::GraphBackend;
use crate::{
    convert,
    endpoints::{Query, approvals::ApprovalArea, schedules::Area},
    wire,
};

#[async_trait]
impl Approvals for GraphBackend {
    async fn get_approval(&self, key: &ApprovalKey) -> Result<Approval> {
        let place = area(&key.privilege)?.stages(&key.id);
        let reply = self.connection.send(place.read(self.connection.root(), &Query::default())?).await?;
        let page: wire::Page<wire::ApprovalStage> = wire::read(&reply.body)?;
        if page.value.is_empty() {
            // The service lists no stages of what it does not know.
            let error = Error::new(
                ErrorKind::NotFound,
                "there is no such approval, or it is not the caller's to see",
            );
            return Err(error.with_context("approval", &key.id));
        }
        convert::approval::stages_of(key.clone(), &page.value)
    }

    async fn decide(&self, key: &ApprovalKey, stage: &StageId, decision: &NewDecision) -> Result<()> {
        let body = convert::approval::decision(decision)?;
        let place = area(&key.privilege)?.stage(&key.id, stage);
        self.connection.act(place.decide(self.connection.root(), &body)).await
    }
}

fn area(privilege: &Privilege) -> Result<ApprovalArea> {
    Area::try_from(&privilege.surface()).map(|area| match area {
        Area::Roles => ApprovalArea::Roles,
        Area::Groups => ApprovalArea::Groups,
    })
}
