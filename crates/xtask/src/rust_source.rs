//! Just enough of Rust's syntax to know where functions and test code begin and end.
//!
//! A lexer that drops comments, strings and characters, and two searches over its tokens.
//! What macros make is not seen.

/// A token and the line on which it stands, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token<'a> {
    text: &'a str,
    line: usize,
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The line of `fn`.
    pub(crate) line: usize,
    /// Lines from `fn` to the closing brace.
    pub(crate) lines: usize,
}

/// A file without its test code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) functions: Vec<Function>,
    pub(crate) lines: usize,
}

/// Measures a file; whatever stands under `#[cfg(test)]` is left out.
pub(crate) fn measure(source: &str) -> Measured {
    let tokens = tokens(source);
    let mut measured = Measured { functions: Vec::new(), lines: source.lines().count() };
    let mut at = 0;
    while at < tokens.len() {
        if is_test_attribute(&tokens[at..]) {
            let end = item_end(&tokens, at);
            measured.lines -= tokens[end].line - tokens[at].line + 1;
            at = end;
        } else if let Some(function) = function(&tokens, at) {
            measured.functions.push(function);
        }
        at += 1;
    }
    measured
}

fn is_test_attribute(tokens: &[Token<'_>]) -> bool {
    let texts = tokens.iter().map(|token| token.text);
    texts.take(7).eq(["#", "[", "cfg", "(", "test", ")", "]"])
}

/// The function whose `fn` is the token at `at`, if it has a name and a body.
fn function(tokens: &[Token<'_>], at: usize) -> Option<Function> {
    let start = tokens.get(at).filter(|token| token.text == "fn")?.line;
    let name = tokens.get(at + 1).filter(|name| is_word(name.text))?.text.to_owned();
    let end = &tokens[item_end(tokens, at)];
    (end.text == "}").then(|| Function { name, line: start, lines: end.line - start + 1 })
}

/// The last token of the item that begins at `at`, attributes included: a semicolon or a
/// closing brace outside all other brackets.
fn item_end(tokens: &[Token<'_>], at: usize) -> usize {
    let mut open = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.text {
            "(" | "[" | "{" => open += 1,
            ")" | "]" => open = open.saturating_sub(1),
            "}" => {
                open = open.saturating_sub(1);
                if open == 0 {
                    return index;
                }
            }
            ";" if open == 0 => return index,
            _ => {}
        }
    }
    tokens.len() - 1
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The words and signs of a source, without comments and without the insides of literals.
fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = source;
    while !rest.is_empty() {
        let (length, kept) = next_lexeme(rest);
        let (text, after) = rest.split_at(length);
        if kept {
            tokens.push(Token { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    tokens
}

/// The length in bytes of what `rest` begins with, and whether it is a token to keep.
fn next_lexeme(rest: &str) -> (usize, bool) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), false);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), false);
    }
    if let Some(length) = string(rest) {
        return (length, false);
    }
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with('\'') {
        return (character_or_lifetime(rest), false);
    }
    if is_word(rest) {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        return (end, true);
    }
    (first, !rest.starts_with(char::is_whitespace))
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a string literal of any kind, its prefix included.
fn string(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        rest.strip_prefix(prefix).is_some_and(|after| {
            let hashes = if prefix.ends_with('r') { after.trim_start_matches('#') } else { after };
            hashes.starts_with('"')
        })
    })?;
    let after = &rest[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        let close = format!("\"{}", "#".repeat(hashes));
        let body = &after[hashes + 1..];
        return Some(body.find(&close).map_or(rest.len(), |at| prefix.len() + hashes + 1 + at + close.len()));
    }
    let mut escaped = false;
    let end = after[1..].find(|c: char| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    });
    Some(end.map_or(rest.len(), |at| prefix.len() + 1 + at + 1))
}

/// `'a'`, `'\n'` and `'\u{1F600}'` are characters, `'a` is a lifetime.
fn character_or_lifetime(rest: &str) -> usize {
    let mut after = rest[1..].chars();
    match (after.next(), after.next()) {
        (Some('\\'), Some(_)) => rest[3..].find('\'').map_or(rest.len(), |at| 3 + at + 1),
        (Some(inner), Some('\'')) => 1 + inner.len_utf8() + 1,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, expected: &[(&str, usize, usize)]) {
        let found = measure(source).functions;
        let found: Vec<_> =
            found.iter().map(|function| (function.name.as_str(), function.line, function.lines)).collect();
        assert_eq!(found, expected, "{source}");
    }

    #[test]
    fn functions_are_measured_from_fn_to_brace() {
        check("fn a() {}", &[("a", 1, 1)]);
        check(
            "\npub async fn a(\n    x: [u8; 3],\n) -> u8\nwhere\n    T: B,\n{\n    { 1 }\n}\n",
            &[("a", 2, 8)],
        );
        check("trait T {\n    fn without_body(&self);\n    fn with(&self) {\n    }\n}", &[("with", 3, 2)]);
        check("fn outer() {\n    fn inner() {\n    }\n}", &[("outer", 1, 4), ("inner", 2, 2)]);
        check("type F = fn(u8) -> u8;\nlet f: fn() = g;", &[]);
        check("macro_rules! m { ($n:ident) => { fn $n() {} } }", &[]);
    }

    #[test]
    fn literals_and_comments_hide_their_braces() {
        check("fn a() {\n    let s = \"}\\\"}\";\n    // }\n    /* } /* } */ } */\n}", &[("a", 1, 5)]);
        check("fn a() {\n    let s = r#\"}\"}\"#;\n    let b = b\"}\";\n}", &[("a", 1, 4)]);
        check("fn a<'a>(x: &'a str) {\n    m('}', '\\'', '\\u{7D}', b'}', '\"');\n}", &[("a", 1, 3)]);
        check("fn a() {\n    let text = \"one\n    two\n\";\n}\nfn b() {}", &[("a", 1, 5), ("b", 6, 1)]);
        check("fn a() {\n    let r#type = br##\"}\"# \"##;\n}", &[("a", 1, 3)]);
        check("// fn no() {}\n/// fn neither() {}\nfn yes() {}", &[("yes", 3, 1)]);
    }

    #[test]
    fn test_code_does_not_count() {
        let source = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\n";
        assert_eq!(measure(source).lines, 2);
        check(source, &[("a", 1, 1)]);
        let outer =
            "#[cfg(test)]\nmod tests;\nfn a() {}\n#[cfg(test)]\n#[expect(dead_code)]\nfn b() {\n}\nfn c() {}";
        assert_eq!(measure(outer).lines, 2);
        check(outer, &[("a", 3, 1), ("c", 8, 1)]);
        check("#[cfg(not(test))]\nfn a() {}", &[("a", 2, 1)]);
    }

    #[test]
    fn broken_sources_end() {
        for source in
            ["", "fn", "fn a", "fn a() {", "\"", "r#\"", "/*", "'", "'\\", "}", "#[cfg(test)]", "b'"]
        {
            measure(source);
        }
    }
}
