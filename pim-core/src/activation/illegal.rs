//! Moves that do not compile. Each case is a pair that differs in its last line, so that the second fails for
//! the reason given and for no other. Error codes are checked by nightly toolchains only.

/// A draft cannot be submitted unchecked.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let ask: NewRequest = checked().into_request();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let ask: NewRequest = draft().into_request();
/// ```
mod unchecked {}

/// What was checked is not checked again, under another policy perhaps.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// draft().check(&POLICY, NOW).unwrap();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// checked().check(&POLICY, NOW).unwrap();
/// ```
mod checked_twice {}

/// What was checked is not altered afterwards.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// draft().lasting(Period::hours(2));
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// checked().lasting(Period::hours(2));
/// ```
mod altered {}

/// A request is made of an activation once.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let checked = checked();
/// let first = checked.into_request();
/// let again = first.clone();
/// ```
///
/// ```compile_fail,E0382
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let checked = checked();
/// let first = checked.into_request();
/// let again = checked.into_request();
/// ```
mod submitted_twice {}

/// What waits for approval is not in force and cannot be deactivated.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::AwaitingApproval(it) = answered(RequestStatus::PendingApproval) else { unreachable!() };
/// it.cancel();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::AwaitingApproval(it) = answered(RequestStatus::PendingApproval) else { unreachable!() };
/// it.deactivate();
/// ```
mod deactivated_unapproved {}

/// What is granted for later is not in force either.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Scheduled(it) = answered(RequestStatus::Granted) else { unreachable!() };
/// it.cancel();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Scheduled(it) = answered(RequestStatus::Granted) else { unreachable!() };
/// it.deactivate();
/// ```
mod deactivated_before_its_start {}

/// What is in force cannot be cancelled.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Active(it) = answered(RequestStatus::Provisioned) else { unreachable!() };
/// it.deactivate();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Active(it) = answered(RequestStatus::Provisioned) else { unreachable!() };
/// it.cancel();
/// ```
mod cancelled_too_late {}

/// Nobody approves their own activation: it names the approval, and deciding is for others.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::AwaitingApproval(it) = answered(RequestStatus::PendingApproval) else { unreachable!() };
/// it.approval();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::AwaitingApproval(it) = answered(RequestStatus::PendingApproval) else { unreachable!() };
/// it.approve();
/// ```
mod approved_by_oneself {}

/// What the service is working on is left alone.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Processing(it) = answered(RequestStatus::PendingProvisioning) else { unreachable!() };
/// it.status();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Processing(it) = answered(RequestStatus::PendingProvisioning) else { unreachable!() };
/// it.cancel();
/// ```
mod meddled_with {}

/// What is over stays so.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Closed(it) = answered(RequestStatus::Denied) else { unreachable!() };
/// it.outcome();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Closed(it) = answered(RequestStatus::Denied) else { unreachable!() };
/// it.deactivate();
/// ```
mod revived {}

/// What this version does not understand it does not touch.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Unrecognised(it) = answered(RequestStatus::from("Levitating")) else { unreachable!() };
/// it.status();
/// ```
///
/// ```compile_fail,E0599
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Unrecognised(it) = answered(RequestStatus::from("Levitating")) else { unreachable!() };
/// it.cancel();
/// ```
mod guessed_at {}

/// What is cancelled is gone.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Scheduled(it) = answered(RequestStatus::Granted) else { unreachable!() };
/// let key = it.cancel();
/// let again = key.clone();
/// ```
///
/// ```compile_fail,E0382
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Scheduled(it) = answered(RequestStatus::Granted) else { unreachable!() };
/// let key = it.cancel();
/// let again = it.cancel();
/// ```
mod used_after_cancel {}

/// What is deactivated is gone.
///
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Active(it) = answered(RequestStatus::Provisioned) else { unreachable!() };
/// let removal = it.deactivate();
/// let again = removal.clone();
/// ```
///
/// ```compile_fail,E0382
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/activation/illegal_setup.rs")); }
/// # use pim_core::{activation::*, request::*, time::*};
/// # use setup::*;
/// let AnyActivation::Active(it) = answered(RequestStatus::Provisioned) else { unreachable!() };
/// let removal = it.deactivate();
/// let again = it.remaining(NOW);
/// ```
mod used_after_deactivation {}
