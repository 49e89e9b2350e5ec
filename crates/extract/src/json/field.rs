//! Typed access to the members of an object.

use super::node::{Node, Value};
use crate::error::Fault;

/// A fault and the offset of the value that has it.
pub(crate) type Misfit = (usize, Fault);

/// A string member; `null` and blank strings count as absent.
pub(crate) fn string(object: &Node<'_>, key: &str) -> Result<Option<String>, Misfit> {
    let Some(node) = object.get(key) else { return Ok(None) };
    match node.as_str() {
        Some(text) => Ok(Some(text.to_owned()).filter(|text| !text.trim().is_empty())),
        None => Err(wrong(key, node, "a string")),
    }
}

/// A string member, or a number as it was written (ids, epoch seconds).
pub(crate) fn string_or_number(object: &Node<'_>, key: &str) -> Result<Option<String>, Misfit> {
    match object.get(key) {
        Some(Node { value: Value::Number(digits), .. }) => Ok(Some((*digits).to_owned())),
        Some(node) if node.as_str().is_none() => Err(wrong(key, node, "a string or a number")),
        _ => string(object, key),
    }
}

/// The objects of an array member; none when it is absent.
pub(crate) fn objects<'n, 'a>(object: &'n Node<'a>, key: &str) -> Result<&'n [Node<'a>], Misfit> {
    let Some(node) = object.get(key) else { return Ok(&[]) };
    let elements = node.elements().ok_or_else(|| wrong(key, node, "an array of objects"))?;
    match elements.iter().find(|element| !element.is_object()) {
        Some(odd) => Err(wrong(key, odd, "an array of objects")),
        None => Ok(elements),
    }
}

/// The error about a value of the wrong type.
pub(crate) fn wrong(key: &str, node: &Node<'_>, expected: &'static str) -> Misfit {
    (node.start, Fault::WrongType { key: key.to_owned(), expected, found: node.kind() })
}
