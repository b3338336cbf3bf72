//! What is wanted: a [`Design`] as people write it, and a [`Target`] in ids, which plans are made from.

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
