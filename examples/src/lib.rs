//! The programs are beside this file, one folder each.
