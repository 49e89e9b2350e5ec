//! The steps of enrichment, one file each: from library types to wire types.

pub(crate) mod dates;
pub(crate) mod entities;
pub(crate) mod explained;
mod function_words;
pub(crate) mod language;
pub(crate) mod readability;
