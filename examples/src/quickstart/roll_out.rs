use std::{fs, path::PathBuf};

use pim_core::{
    client::{Client, Safeguards},
    id::PrincipalId,
    policy::Session,
};
use pim_embedded::{engine::Caller, seed::Records};
use pim_governance::desired::Design;

use super::args::Args;
use crate::{cast, place::Place, story::Story};

/// What the chapters share.
#[derive(Debug)]
pub(super) struct RollOut {
    place: Place,
    records: Records,
    pub(super) story: Story,
    pub(super) out: PathBuf,
    /// The design that the command line names.
    pub(super) design: Option<(PathBuf, Design)>,
    pub(super) plan_only: bool,
    /// Who does the work.
    pub(super) administrator: PrincipalId,
    /// What no client of ours may break, once it is known.
    pub(super) safeguards: Safeguards,
}

impl RollOut {
    /// # Errors
    /// In words, where a file is wrong or the tenant has nobody who could do the work.
    pub(super) fn new(place: Place, args: &Args, width: usize) -> Result<Self, String> {
        let records = place.records();
        let administrator = cast::administrator(&records, None).ok_or(
            "nobody in this tenant can do this: it takes an enabled person who is Global Administrator or Privileged \
             Role Administrator without end",
        )?;
        let design = args.design.as_ref().map(|path| match Design::read(path) {
            Ok(design) => Ok((path.clone(), design)),
            Err(errors) => Err(errors.to_string()),
        });
        Ok(Self {
            place,
            records,
            story: Story::new(width),
            out: args.out.clone(),
            design: design.transpose()?,
            plan_only: args.plan_only,
            administrator,
            safeguards: Safeguards::default(),
        })
    }

    /// The company's name.
    pub(super) fn company(&self) -> &str {
        &self.records.tenant.name
    }

    /// What this person can do after signing in with a second factor, and as every authentication context demands.
    pub(super) fn sign_in(&self, who: &PrincipalId) -> Result<Client, String> {
        let contexts = self.records.contexts.iter().map(|context| context.id.clone()).collect();
        let session = Session { contexts, ..Caller::with_mfa(who.clone()).session };
        self.sign_in_as(Caller { principal: who.clone(), session })
    }

    /// What this person can do after signing in with a password only.
    pub(super) fn sign_in_with_password(&self, who: &PrincipalId) -> Result<Client, String> {
        let session = Session { mfa: false, ..Caller::with_mfa(who.clone()).session };
        self.sign_in_as(Caller { principal: who.clone(), session })
    }

    fn sign_in_as(&self, caller: Caller) -> Result<Client, String> {
        self.place.sign_in(caller, self.safeguards.clone())
    }

    /// Writes a file into the folder, and gives its path as it is told.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<String, String> {
        let path = self.out.join(name);
        fs::write(&path, text).map_err(|error| format!("{} can't be written: {error}", path.display()))?;
        Ok(path.display().to_string())
    }
}
