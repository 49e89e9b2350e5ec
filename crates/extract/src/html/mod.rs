//! HTML as it is really written: character references, a lenient tokenizer and
//! a compact document tree.
//!
//! The tree follows those rules of the HTML standard's parser that change what
//! a reader would see: void and raw-text elements, implied end tags, scopes of
//! end tags, head and body. It leaves out what only matters to a browser:
//! scripting, quirks modes, forms, reconstruction of formatting elements and
//! the exact fostering of stray table content. Nothing here recurses, so
//! nesting costs no stack.

pub(crate) mod attributes;
mod builder;
pub(crate) mod entities;
pub(crate) mod tag;
mod tokenizer;
pub(crate) mod tree;

pub(crate) use builder::parse;
pub(crate) use tag::Tag;
pub(crate) use tree::{Document, NodeId};
