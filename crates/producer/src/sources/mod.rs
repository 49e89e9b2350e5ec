//! Where articles come from, one file a kind of source.

pub(crate) mod folder;
pub(crate) mod push;
pub(crate) mod stdin;
