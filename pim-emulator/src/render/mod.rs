//! Objects as Graph writes them: the emulator's own reading of the documentation, shared with nobody.

pub(crate) mod alert;
pub(crate) mod approval;
pub(crate) mod conditional_access;
pub(crate) mod directory;
pub(crate) mod grant;
pub(crate) mod grants_of_apps;
pub(crate) mod log;
pub(crate) mod package;
pub(crate) mod policy;
pub(crate) mod request;
pub(crate) mod review;
pub(crate) mod role_definition;
pub(crate) mod words;
