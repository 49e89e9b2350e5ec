//! The plain text of a small piece of markup, such as the body of a news item.
//! Whole web pages, with boilerplate to leave out, are another matter.

/// Elements whose edges part paragraphs.
const BLOCKS: [&str; 22] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "section",
    "article",
    "blockquote",
    "figure",
    "hr",
    "pre",
    "dd",
    "dt",
];

/// Strips tags, comments, scripts and styles; decodes the common entities.
pub(crate) fn to_text(markup: &str) -> String {
    let mut text = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(open) = rest.find('<') {
        push_words(&mut text, &rest[..open]);
        let tag = &rest[open..];
        if !starts_tag(tag) {
            text.push('<');
            rest = &tag[1..];
            continue;
        }
        rest = skip(tag, &mut text);
    }
    push_words(&mut text, rest);
    text.trim().to_owned()
}

/// True for `<p`, `</p`, `<!--`, `<?xml`; false for a lone "less than".
fn starts_tag(tag: &str) -> bool {
    tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
}

/// Skips the tag (or comment, or script with its content) that begins here.
fn skip<'a>(tag: &'a str, text: &mut String) -> &'a str {
    if tag.starts_with("<!--") {
        return after(tag, "-->");
    }
    let name_start = if tag[1..].starts_with('/') { 2 } else { 1 };
    let name: String = tag[name_start..].chars().take_while(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    if BLOCKS.contains(&name.as_str()) && !text.is_empty() {
        let breaks = if name == "br" { "\n" } else { "\n\n" };
        let end = text.trim_end().len();
        let has = text[end..].matches('\n').count();
        if has < breaks.len() {
            text.truncate(end);
            text.push_str(breaks);
        }
    }
    if name_start == 1 && matches!(name.as_str(), "script" | "style") {
        let end = format!("</{name}");
        return after(after_ignoring_case(tag, &end), ">");
    }
    after(tag, ">")
}

fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    text.find(mark).map_or("", |at| &text[at + mark.len()..])
}

fn after_ignoring_case<'a>(text: &'a str, mark: &str) -> &'a str {
    let at =
        text.as_bytes().windows(mark.len()).position(|window| window.eq_ignore_ascii_case(mark.as_bytes()));
    at.map_or("", |at| &text[at + mark.len()..])
}

/// Adds text between tags: runs of blanks become one, entities characters.
fn push_words(text: &mut String, piece: &str) {
    let mut rest = piece;
    while let Some(character) = rest.chars().next() {
        if character == '&' {
            let (decoded, length) = entity(rest);
            text.push(decoded);
            rest = &rest[length..];
            continue;
        }
        if !character.is_whitespace() {
            text.push(character);
        } else if !text.is_empty() && !text.ends_with(char::is_whitespace) {
            text.push(' ');
        }
        rest = &rest[character.len_utf8()..];
    }
}

/// The character of an entity at the start, and its length; `&` itself when
/// there is none.
fn entity(text: &str) -> (char, usize) {
    let Some(end) = text.bytes().take(12).position(|byte| byte == b';') else { return ('&', 1) };
    let name = &text[1..end];
    let character = match name.strip_prefix('#') {
        Some(number) => numeric(number),
        None => named(name),
    };
    character.map_or(('&', 1), |character| (character, end + 1))
}

fn numeric(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?).filter(|&character| character != '\0')
}

fn named(name: &str) -> Option<char> {
    const NAMES: [(&str, char); 16] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", '\u{a0}'),
        ("ndash", '–'),
        ("mdash", '—'),
        ("lsquo", '‘'),
        ("rsquo", '’'),
        ("ldquo", '“'),
        ("rdquo", '”'),
        ("hellip", '…'),
        ("laquo", '«'),
        ("raquo", '»'),
        ("euro", '€'),
    ];
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character)
}

#[cfg(test)]
mod tests {
    use super::to_text;

    #[test]
    fn plain_text_of_markup() {
        let check = |markup: &str, expected: &str| assert_eq!(to_text(markup), expected, "{markup}");
        check("plain", "plain");
        check("<p>One</p><p>Two</p>", "One\n\nTwo");
        check("<p>One</p>\n\n  <p>Two</p>\n", "One\n\nTwo");
        check("<p>One <b>bold</b> word</p>", "One bold word");
        check("One<br>Two<br/>Three", "One\nTwo\nThree");
        check("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo");
        check("a  b\n c", "a b c");
        check("1 < 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2");
        check("&#8220;quoted&#x201D; &mdash; &nope; &", "“quoted” — &nope; &");
        check("<!-- no -->yes<!-- open", "yes");
        check("<script>var a = '<p>';</script>yes<STYLE>p{}</STYLE>", "yes");
        check("<p class=\"a>b\">x", "b\">x");
        check("<unclosed", "");
        check("", "");
        check("&#0;&#xD800;", "&#0;&#xD800;");
    }
}
