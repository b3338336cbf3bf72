//! The typed model of Privileged Identity Management.
