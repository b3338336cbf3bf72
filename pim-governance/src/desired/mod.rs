//! What is wanted: a [`Design`] as people write it, and a [`Target`] in ids, which plans are made from.
//!
//! ```
//! use pim_governance::desired::Design;
//!
//! let design = Design::from_yaml(
//!     "version: 1
//! templates:
//!   strict:
//!     settings: { activation: { max: 1h, mfa: true, justification: true } }
//! roles:
//!   - role: Global Administrator
//!     template: strict
//!     eligible: [emma@contoso.example]
//! ",
//! )?;
//! assert_eq!(design.roles[0].eligible.len(), 1);
//!
//! // Every fault at once, each with its place.
//! let errors = Design::from_yaml("version: 1\nroles:\n  - roel: Global Reader").unwrap_err();
//! assert_eq!(
//!     errors.to_string(),
//!     "line 3, column 5: roles[0].roel: there is no key `roel` here; did you mean `role`?"
//! );
//! # Ok::<(), pim_governance::desired::DesignErrors>(())
//! ```
//!
//! A design for a whole company is `samples/fernhill.yaml`; editors complete and check it with
//! `schema/design.schema.json`.

mod design;
pub(crate) mod document;
mod fault;
mod naming;
mod propose;
mod resolve;
mod target;

pub use self::{
    design::{
        Access, ActivationSettings, AssignmentType, AzureScopeFacts, Context, Day, Demands, Design, Every,
        GrantSettings, GroupFacts, Holder, InvalidText, Length, Longest, Mail, MailLevel, Mails, MayHold,
        Named, NamingRule, Notifications, ReviewBy, ReviewDesign, ReviewOf, Row, Settings, Silence, Template,
        TenantFacts, Tier, UnitFacts, Until, WaveDesign, Who,
    },
    fault::{DesignErrors, DesignFault, FaultKind, Place, Places},
    naming::{NamingFault, NamingRules},
    propose::{DesignOptions, design_from},
    target::{Grant, Target, Wave},
};
