//! From an EasyPIM configuration to a plan: what is odd in the file, what it means for a tenant, what would be
//! done. Nothing is changed.

mod args;
mod words;

use std::fs;

use futures::executor::block_on;
use pim_core::{
    client::{Client, Safeguards},
    clock::system_now,
    id::{PrincipalId, RoleId},
    privilege::Privilege,
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{Seed, sample},
};
use pim_governance::{
    desired::DesignFault,
    discover::{DiscoverOptions, discover},
    import::{ImportOptions, Imported, easypim},
    names::Names,
    plan::{Plan, PlanOptions, plan},
    snapshot::Snapshot,
};

use self::args::{Args, Wish};
use crate::{
    Printed,
    story::{self, Story},
};

/// The configuration that is used where none is named.
pub const SAMPLE: &str = include_str!("../../easypim-import/fernhill.json");

/// What a configuration comes to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What was read.
    pub imported: Imported,
    /// What is wrong with it for this tenant, warnings too.
    pub faults: Vec<DesignFault>,
    /// What would be done; `None` where faults keep it from being planned.
    pub plan: Option<Plan>,
}

/// Runs the program with these arguments, without its own name, for a terminal of this width.
pub fn command(args: impl IntoIterator<Item = String>, width: Option<usize>) -> Printed {
    let done = args::parse(args).and_then(|wish| match wish {
        Wish::Help => Ok(Printed { out: args::HELP.to_owned(), ..Printed::default() }),
        Wish::Run(args) => run(&args, width.unwrap_or(story::USUAL_WIDTH)),
    });
    done.unwrap_or_else(|problem| Printed {
        err: format!("easypim-import: {problem}\nNothing was planned.\n"),
        code: 2,
        ..Printed::default()
    })
}

/// The whole job: the story as it is told, and what came of it.
///
/// # Errors
/// In words, each with its place, what can't be understood of the configuration; and where the tenant can't be
/// read.
pub fn perform(
    text: &str,
    options: &ImportOptions,
    seed: Seed,
    width: usize,
) -> Result<(Story, Outcome), String> {
    let imported = easypim(text, options).map_err(|errors| format!("it can't be understood:\n{errors}"))?;
    let snapshot = block_on(read(seed))?;
    let mut story = Story::new(width);
    words::imported(&mut story, &imported);

    let faults = imported.design.check(&snapshot);
    words::faults(&mut story, &faults);
    let plan = match imported.design.resolve(&snapshot) {
        Ok(target) => Some(plan(&snapshot, &target, &PlanOptions::default()).map_err(|e| e.to_string())?),
        Err(_) => None,
    };
    if let Some(plan) = &plan {
        words::plan(&mut story, plan, &Names::of(&snapshot));
    }
    Ok((story, Outcome { imported, faults, plan }))
}

fn run(args: &Args, width: usize) -> Result<Printed, String> {
    let seed = match &args.tenant {
        None => sample::tenant(),
        Some(path) => {
            let text =
                fs::read_to_string(path).map_err(|e| format!("{} can't be read: {e}", path.display()))?;
            Seed::from_json(&text).map_err(|error| format!("{}: {error}", path.display()))?
        }
    };
    let (text, name) = match &args.file {
        None => (SAMPLE.to_owned(), "examples/easypim-import/fernhill.json".to_owned()),
        Some(path) => {
            let text =
                fs::read_to_string(path).map_err(|e| format!("{} can't be read: {e}", path.display()))?;
            (text, path.display().to_string())
        }
    };
    let options = ImportOptions { file: Some(name.into()), exclusive: args.exclusive };
    let (story, outcome) = perform(&text, &options, seed, width)?;
    let code = if outcome.plan.is_some() { 0 } else { 1 };
    Ok(Printed { out: story.into_text(), code, ..Printed::default() })
}

/// The tenant, as an administrator of it sees it.
async fn read(seed: Seed) -> Result<Snapshot, String> {
    let now = seed.records().now.unwrap_or_else(system_now);
    let administrator =
        administrator(&seed).ok_or("nobody in the tenant is Global Administrator without end")?;
    let service = Embedded::new(seed, VirtualClock::at(now));
    let client: Client = service.client(Caller::with_mfa(administrator), Safeguards::default());
    discover(&client, &DiscoverOptions::default()).await.map_err(|error| error.to_string())
}

/// The first enabled person who is Global Administrator without end and has a manager or a mailbox: not one of
/// the accounts for emergencies, if there is anybody else.
fn administrator(seed: &Seed) -> Option<PrincipalId> {
    let records = seed.records();
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let standing = |id: &PrincipalId| {
        let mut grants = records.assignments.iter();
        grants.any(|grant| grant.principal == *id && grant.privilege == global && grant.window.is_permanent())
    };
    let able = || records.users.iter().filter(|user| user.enabled && standing(&user.id));
    able().find(|user| user.mail.is_some()).or_else(|| able().next()).map(|user| user.id.clone())
}
