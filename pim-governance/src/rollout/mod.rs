//! Telling people: who is told what before a plan is carried out, and what they keep at hand afterwards.
//!
//! [`messages`] turns the steps of a plan into one message for each person whom it concerns, and [`notify`] sends
//! them through a [`Notifier`]: as files ([`Folder`]), through Microsoft Graph (`pim_graph::mail`), or in a way of
//! your own. [`hand_outs`] explains each role to those who may activate it, [`troubleshooting`] every way in which
//! one gets stuck, and [`pilot`] suggests who goes first.
//!
//! Whoever is concerned and can't be told by name is listed as [`Unknown`], never dropped: an application, a group
//! whose members were not read. Break-glass accounts are told nothing, because nothing changes for them.
//!
//! All texts come from [`Templates`], in English; put your own in their place for another language. What a tenant
//! calls its people, groups and roles is text and nothing else in them.

mod effects;
mod eml;
mod folder;
mod hand_out;
mod message;
mod notify;
mod pilot;
mod state;
mod templates;
mod troubleshooting;
mod words;

#[cfg(test)]
mod tests;

pub use self::{
    effects::{Duty, DutyChange, Effect, Unknown, WhyUnknown},
    eml::{Envelope, eml},
    folder::Folder,
    hand_out::{About, HandOut, HandOutOptions, hand_outs},
    message::{Message, MessageOptions, Messages, messages},
    notify::{Delivery, Notifier, NotifyOptions, Outcome, notify},
    pilot::{DEPARTMENTS, HeldBack, Pilot, PilotOptions, Placed, pilot},
    state::Held,
    templates::{Template, Templates},
    troubleshooting::{Entry, Part, Troubleshooting, troubleshooting},
};
