//! HTML as it is really written: character references and attributes.

#[cfg_attr(not(test), expect(dead_code, reason = "readers of pages use the rest of it"))]
pub(crate) mod attributes;
pub(crate) mod entities;
