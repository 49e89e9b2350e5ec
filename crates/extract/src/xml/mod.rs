//! XML as feeds really write it.
//!
//! A tokenizer that never fails: raw ampersands, tags that are never closed,
//! broken comments and sections without end all give the most that can be read
//! of them. It knows nothing of feeds; well-formedness, namespaces and the
//! nesting of elements are the business of its callers. Entities are taken from
//! the internal subset only, are never expanded twice and stay small, so that
//! neither a file nor a bomb comes in through them.

mod doctype;
mod text;
mod tokenizer;

pub(crate) use text::Entities;
pub(crate) use tokenizer::{Tag, Token, Tokenizer};
