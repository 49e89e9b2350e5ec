//! Bodies that stand only in data: `articleBody` of the linked data, or the
//! state that a script hands to the page (Next.js, Apollo, Redux and the like).
//! Asked only where the page itself shows next to no text.

use super::facts::Facts;
use crate::fragment;
use crate::json::node::{Node, Value};
use crate::json::parse::parse;

/// Words that a page must show to be believed without a look at its data.
const ENOUGH: usize = 120;
/// How many times more words the data must have.
const MORE: usize = 3;
/// Nesting of a script's data.
const MAX_DEPTH: usize = 64;
/// Values of one script that are looked at.
const MOST_VALUES: usize = 200_000;
/// Bytes of a string that can be a paragraph.
const LEAST_PROSE: usize = 60;

/// The body out of the page's data, where the shown text is far less.
pub(super) fn body(facts: &Facts<'_>, shown: &str) -> Option<String> {
    let words = shown.split_whitespace().count();
    let linked = facts.data.body.as_deref().map(plain);
    let enough = |text: &String| text.split_whitespace().count() > words.max(20) * MORE;
    if let Some(text) = linked.filter(enough) {
        return Some(text);
    }
    if words >= ENOUGH {
        return None;
    }
    let found = facts.head.state.iter().filter_map(|(_, script)| of_script(script));
    found.max_by_key(String::len).filter(enough)
}

/// A string of data as text: markup taken off, paragraphs kept.
fn plain(text: &str) -> String {
    if text.contains("</") || text.contains("<br") { fragment::to_text(text) } else { text.trim().to_owned() }
}

/// The largest body of prose in a script's JSON.
fn of_script(script: &str) -> Option<String> {
    let start = script.find('{')?;
    // A `[` before the brace opens a list of objects.
    let start =
        script[..start].rfind('[').filter(|at| script[*at + 1..start].trim().is_empty()).unwrap_or(start);
    // What stands behind the data (`;`, another statement) ends the reading of it.
    let parsed = parse(&script[start..], MAX_DEPTH);
    let root = parsed.root?;
    let body = densest(&root)?;
    let mut parts = Vec::new();
    collect(body, &mut parts);
    let text = parts.iter().map(|part| plain(part)).collect::<Vec<_>>().join("\n\n");
    (text.len() >= LEAST_PROSE * 4).then_some(text)
}

/// The innermost value that holds most of the prose of the value around it.
fn densest<'n, 'a>(root: &'n Node<'a>) -> Option<&'n Node<'a>> {
    let mut best = root;
    let mut amount = prose_in(best);
    if amount == 0 {
        return None;
    }
    loop {
        let inner = children(best).map(|child| (prose_in(child), child)).max_by_key(|(amount, _)| *amount);
        match inner {
            Some((inside, child)) if inside * 10 >= amount * 6 => {
                best = child;
                amount = inside;
            }
            _ => return Some(best),
        }
    }
}

fn children<'n, 'a>(node: &'n Node<'a>) -> Box<dyn Iterator<Item = &'n Node<'a>> + 'n> {
    match &node.value {
        Value::Array(elements) => Box::new(elements.iter()),
        Value::Object(members) => Box::new(members.iter().map(|(_, member)| member)),
        _ => Box::new(std::iter::empty()),
    }
}

/// Bytes of prose in a value.
fn prose_in(node: &Node<'_>) -> usize {
    let mut parts = Vec::new();
    collect(node, &mut parts);
    parts.iter().map(|part| part.len()).sum()
}

/// The strings of prose in a value, in document order, each once.
fn collect<'n>(node: &'n Node<'_>, parts: &mut Vec<&'n str>) {
    let mut rest = vec![node];
    let mut seen = 0;
    while let Some(node) = rest.pop() {
        seen += 1;
        if seen > MOST_VALUES {
            return;
        }
        match &node.value {
            Value::String(text) if is_prose(text) && parts.last() != Some(&text.as_ref()) => parts.push(text),
            Value::Array(elements) => rest.extend(elements.iter().rev()),
            Value::Object(members) => rest.extend(members.iter().rev().map(|(_, member)| member)),
            _ => {}
        }
    }
}

/// Words with blanks between them and an end of a sentence; no style sheet, no
/// script, no address.
fn is_prose(text: &str) -> bool {
    if text.len() < LEAST_PROSE
        || text.starts_with("http")
        || text.starts_with('{')
        || text.contains("function(")
    {
        return false;
    }
    let blanks = text.bytes().filter(|byte| *byte == b' ').count();
    let braces = text.bytes().filter(|byte| matches!(byte, b'{' | b'}' | b';' | b'=')).count();
    let markup = text.matches('<').count() * 4;
    blanks * 14 >= text.len()
        && braces <= text.len() / 60 + markup
        && text.contains(['.', '!', '?', '。', '।'])
}
