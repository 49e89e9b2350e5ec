//! A JSON value that remembers where it stood.

use std::borrow::Cow;

/// A value with the byte range of its text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node<'a> {
    /// Offset of its first byte.
    pub(crate) start: usize,
    /// Offset behind its last byte.
    pub(crate) end: usize,
    /// False when the document broke off inside it.
    pub(crate) whole: bool,
    /// The value.
    pub(crate) value: Value<'a>,
}

/// What a JSON text can hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number as it was written.
    Number(&'a str),
    /// A string, unescaped.
    String(Cow<'a, str>),
    /// An array.
    Array(Vec<Node<'a>>),
    /// An object in the order of its text; a key may stand in it twice.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// The name of its type, for errors.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// The value of a key; the last one where it stands twice, as nearly every
    /// reader of JSON has it. `null` counts as absent.
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        let Value::Object(members) = &self.value else { return None };
        let found = members.iter().rev().find(|(name, _)| name == key).map(|(_, node)| node)?;
        (found.value != Value::Null).then_some(found)
    }

    /// True when one of its own keys stands twice.
    pub(crate) fn repeated_key(&self) -> Option<&str> {
        let Value::Object(members) = &self.value else { return None };
        let repeated = |at: usize| members[..at].iter().any(|(name, _)| *name == members[at].0);
        // Objects of thousands of keys are no articles: not worth the square.
        (1..members.len().min(200)).find(|&at| repeated(at)).map(|at| members[at].0.as_ref())
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of an array.
    pub(crate) fn elements(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// True for an object.
    pub(crate) fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }
}
