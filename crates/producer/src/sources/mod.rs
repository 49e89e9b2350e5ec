//! Where articles come from, one file a kind of source.

pub(crate) mod folder;
pub(crate) mod push;
mod side_by_side;
pub(crate) mod stdin;
