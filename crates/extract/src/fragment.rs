//! The plain text of a piece of HTML: the body of a feed's item, a headline.
//! Whole pages, with boilerplate to leave out, are another matter.

use crate::html::entities;
use memchr::{memchr, memmem};

/// Strips tags, comments and what is not text; decodes character references.
/// Paragraphs are parted by a blank line, line breaks kept, other runs of
/// blanks become one.
pub(crate) fn to_text(markup: &str) -> String {
    let mut text = Plain::with_capacity(markup.len());
    text.read(markup, |_| true);
    text.finish()
}

/// The same for a text of one line, such as a headline. Angle brackets that
/// HTML does not know (`Vec<T>`) stay.
pub(crate) fn to_line(markup: &str) -> String {
    let mut text = Plain::with_capacity(markup.len());
    text.read(markup, is_known);
    let text = text.finish();
    // What was read has single blanks; only breaks are left to mend.
    if memchr(b'\n', text.as_bytes()).is_none() { text } else { one_line(&text) }
}

/// Runs of blanks become one.
pub(crate) fn one_line(text: &str) -> String {
    if is_one_line(text) {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// True for most names and dates: ASCII with single blanks inside.
fn is_one_line(text: &str) -> bool {
    let mut last = b' ';
    for &byte in text.as_bytes() {
        if byte < b' ' || !byte.is_ascii() || (byte == b' ' && last == b' ') {
            return false;
        }
        last = byte;
    }
    last != b' '
}

/// Plain text as it is: paragraphs parted by blank lines, other blanks one.
pub(crate) fn plain(text: &str) -> String {
    let mut read = Plain::with_capacity(text.len());
    if memchr(b'\n', text.as_bytes()).is_none() {
        read.verbatim(text);
        return read.finish();
    }
    for paragraph in text.replace("\r\n", "\n").split("\n\n") {
        read.lines(2);
        read.verbatim(paragraph);
    }
    read.finish()
}

/// True when a text that should be plain holds HTML nevertheless: an end tag or
/// a character reference, and no tag that HTML does not know.
pub(crate) fn looks_like_html(text: &str) -> bool {
    let (mut evidence, mut rest) = (false, text);
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        rest = &rest[at..];
        if rest.starts_with('&') {
            let length = entities::reference(rest, &mut String::new());
            evidence |= length > 0 && rest[..length].ends_with(';');
        } else if let Some(tag) = HtmlTag::at(rest) {
            if !is_known(tag.name.as_str()) {
                return false;
            }
            evidence |= tag.is_end || tag.name.as_str() == "br";
        }
        rest = &rest[1..];
    }
    evidence
}

/// What an element does to the text around and inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// Parts paragraphs.
    Block,
    /// Begins a line.
    Break,
    /// Parts words (cells of a table).
    Gap,
    /// Holds nothing to be read.
    Hidden,
    /// Nothing.
    Inline,
}

fn effect(name: &str) -> Effect {
    match name {
        "p" | "div" | "li" | "ul" | "ol" | "dl" | "dd" | "dt" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        | "tr" | "table" | "section" | "article" | "aside" | "header" | "footer" | "main" | "nav"
        | "blockquote" | "figure" | "figcaption" | "hr" | "pre" | "address" | "center" | "details"
        | "summary" | "caption" | "fieldset" | "form" | "body" => Effect::Block,
        "br" => Effect::Break,
        "td" | "th" => Effect::Gap,
        "script" | "style" | "iframe" | "object" | "applet" | "template" | "noembed" | "noframes"
        | "textarea" | "select" | "canvas" | "head" => Effect::Hidden,
        _ => Effect::Inline,
    }
}

/// Elements of HTML (and the few of SVG and mathematics that feeds hold).
fn is_known(name: &str) -> bool {
    const INLINE: [&str; 72] = [
        "a", "abbr", "acronym", "area", "audio", "b", "base", "basefont", "bdi", "bdo", "big", "blink",
        "button", "cite", "code", "col", "colgroup", "data", "datalist", "del", "dfn", "dir", "em", "embed",
        "font", "frame", "frameset", "hgroup", "html", "i", "img", "input", "ins", "kbd", "label", "legend",
        "link", "map", "mark", "marquee", "math", "menu", "meta", "meter", "noscript", "optgroup", "option",
        "output", "param", "picture", "progress", "q", "rp", "rt", "ruby", "s", "samp", "small", "source",
        "span", "strike", "strong", "sub", "sup", "svg", "tbody", "tfoot", "thead", "time", "title", "tt",
        "u",
    ];
    const RARE: [&str; 5] = ["nobr", "track", "var", "video", "wbr"];
    effect(name) != Effect::Inline || INLINE.contains(&name) || RARE.contains(&name)
}

/// The name of an element in lower case; longer ones are cut, none is known.
#[derive(Debug, Clone, Copy)]
struct Name {
    bytes: [u8; 12],
    length: usize,
}

impl Name {
    /// The name at the start of a text, and its full length there.
    fn read(text: &str) -> (Self, usize) {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_');
        let full = text.bytes().take_while(is_name).count();
        let mut name = Self { bytes: [0; 12], length: full.min(12) };
        name.bytes[..name.length].copy_from_slice(&text.as_bytes()[..name.length]);
        name.bytes.make_ascii_lowercase();
        (name, full)
    }

    fn as_str(&self) -> &str {
        // Only ASCII was taken in.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

/// A start or end tag.
struct HtmlTag {
    name: Name,
    is_end: bool,
    /// Its length, brackets included.
    length: usize,
}

impl HtmlTag {
    /// The tag at a "less than"; `None` where that is only a character.
    fn at(text: &str) -> Option<Self> {
        let is_end = text.as_bytes().get(1) == Some(&b'/');
        let start = 1 + usize::from(is_end);
        if !text.as_bytes().get(start)?.is_ascii_alphabetic() {
            return None;
        }
        let (name, length) = Name::read(&text[start..]);
        let inside = &text[start + length..];
        Some(Self { name, is_end, length: start + length + end_of_tag(inside) })
    }
}

/// Length of the rest of a tag: to its bracket, quoted ones passed over.
fn end_of_tag(text: &str) -> usize {
    /// A tag this long was never closed.
    const MOST: usize = 16 << 10;
    let bytes = &text.as_bytes()[..text.len().min(MOST)];
    let plain = || memchr(b'>', text.as_bytes()).map_or(text.len(), |end| end + 1);
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', &bytes[at..]) {
        at += found;
        if bytes[at] == b'>' {
            return at + 1;
        }
        let opens_value = bytes[..at].trim_ascii_end().ends_with(b"=");
        match memchr(bytes[at], &bytes[at + 1..]).filter(|_| opens_value) {
            Some(end) => at += end + 2,
            None => at += 1,
        }
    }
    plain()
}

/// Text as it grows.
struct Plain {
    text: String,
}

impl Plain {
    fn with_capacity(capacity: usize) -> Self {
        Self { text: String::with_capacity(capacity) }
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text
    }

    /// Reads markup; only tags of the elements that are `known` are tags.
    fn read(&mut self, markup: &str, known: impl Fn(&str) -> bool) {
        let mut rest = markup;
        while let Some(open) = memchr(b'<', rest.as_bytes()) {
            self.words(&rest[..open]);
            rest = &rest[open..];
            let tag = HtmlTag::at(rest).filter(|tag| known(tag.name.as_str()));
            let length = if matches!(rest.as_bytes().get(1), Some(b'!' | b'?')) {
                declaration(rest)
            } else if let Some(tag) = tag {
                self.tag(&tag, rest)
            } else {
                // A "less than".
                self.text.push('<');
                1
            };
            rest = &rest[length..];
        }
        self.words(rest);
    }

    /// Applies a tag; gives the length of what it takes away.
    fn tag(&mut self, tag: &HtmlTag, rest: &str) -> usize {
        match effect(tag.name.as_str()) {
            Effect::Block => self.lines(2),
            Effect::Break => self.line_break(),
            Effect::Gap => self.blank(),
            Effect::Hidden if !tag.is_end && !rest[..tag.length].ends_with("/>") => {
                return tag.length + hidden(&rest[tag.length..], tag.name.as_str());
            }
            Effect::Hidden | Effect::Inline => {}
        }
        tag.length
    }

    /// Ends the line, or with two the paragraph.
    fn lines(&mut self, breaks: usize) {
        let end = self.text.trim_end().len();
        if end == 0 {
            self.text.clear();
            return;
        }
        let has = self.text[end..].matches('\n').count();
        if has < breaks {
            self.text.truncate(end);
            self.text.push_str(&"\n\n"[..breaks]);
        }
    }

    /// One break ends the line, two the paragraph.
    fn line_break(&mut self) {
        let after_break = self.text[self.text.trim_end().len()..].contains('\n');
        self.lines(1 + usize::from(after_break));
    }

    fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(char::is_whitespace) {
            self.text.push(' ');
        }
    }

    /// Adds text between tags.
    fn words(&mut self, piece: &str) {
        let bytes = piece.as_bytes();
        let (mut start, mut at) = (0, 0);
        while at < bytes.len() {
            let byte = bytes[at];
            let follows = bytes.get(at + 1).copied().unwrap_or(b' ');
            // Most bytes: letters, and blanks between two words.
            if !is_special(byte) || (byte == b' ' && at > start && !is_special(follows)) {
                at += 1;
                continue;
            }
            self.text.push_str(&piece[start..at]);
            at += self.special(&piece[at..]);
            start = at;
        }
        self.text.push_str(&piece[start..]);
    }

    /// Adds text in which an ampersand is an ampersand.
    fn verbatim(&mut self, piece: &str) {
        for (index, part) in piece.split('&').enumerate() {
            if index > 0 {
                self.text.push('&');
            }
            self.words(part);
        }
    }

    /// Adds the special character at the start; gives its length.
    fn special(&mut self, piece: &str) -> usize {
        if piece.starts_with('&') {
            let before = self.text.len();
            let length = entities::reference(piece, &mut self.text);
            match self.text[before..].chars().next() {
                None => self.text.push('&'),
                Some(character) if character.is_whitespace() => {
                    self.text.truncate(before);
                    self.blank();
                }
                Some(_) => {}
            }
            return length.max(1);
        }
        let character = piece.chars().next().unwrap_or(' ');
        match character {
            // The end of a CDATA section that was escaped once too often.
            ']' if piece.starts_with("]]>") => return 3,
            // A soft hyphen, a byte order mark: no text.
            '\u{ad}' | '\u{feff}' => {}
            '\u{80}'..='\u{9f}' => self.text.push(windows_1252(character)),
            _ if character.is_whitespace() => self.blank(),
            _ if character.is_control() => {}
            _ => self.text.push(character),
        }
        character.len_utf8()
    }
}

/// Length of a comment or declaration. Of a CDATA section, which some escape
/// once too often, only the bracket is skipped: the text is kept.
fn declaration(rest: &str) -> usize {
    let length = |end: Option<usize>, close: usize| end.map_or(rest.len(), |end| end + close);
    if let Some(comment) = rest.strip_prefix("<!--") {
        // As browsers have it, `<!-->` is a whole comment.
        let is_whole = comment.starts_with('>');
        return if is_whole { 5 } else { length(memmem::find(&rest.as_bytes()[2..], b"-->"), 5) };
    }
    if rest.starts_with("<![CDATA[") {
        return "<![CDATA[".len();
    }
    length(memchr(b'>', rest.as_bytes()), 1)
}

/// Bytes that may begin a blank, a reference or something that is no text.
fn is_special(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'&' | b']' | 0x7F | 0xC2 | 0xE1..=0xE3 | 0xEF)
}

/// Characters 80 to 9F are no text in Unicode, but were meant as windows-1252.
fn windows_1252(character: char) -> char {
    let byte = u8::try_from(u32::from(character)).unwrap_or(b' ');
    let bytes = [byte];
    let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.chars().next().filter(|meant| !meant.is_control()).unwrap_or(' ')
}

/// Length of the content of an element that holds nothing to be read, its end
/// tag included.
fn hidden(content: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(found) = memmem::find(&content.as_bytes()[at..], b"</") {
        at += found;
        let (found, length) = Name::read(&content[at + 2..]);
        if found.as_str() == name {
            let inside = &content[at + 2 + length..];
            return at + 2 + length + end_of_tag(inside);
        }
        at += 2;
    }
    // Never closed: nothing but scripts and styles would swallow the rest.
    if matches!(name, "script" | "style") { content.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{looks_like_html, to_line, to_text};

    #[test]
    fn plain_text_of_markup() {
        let check = |markup: &str, expected: &str| assert_eq!(to_text(markup), expected, "{markup}");
        check("plain", "plain");
        check("<p>One</p><p>Two</p>", "One\n\nTwo");
        check("<p>One</p>\n\n  <p>Two</p>\n", "One\n\nTwo");
        check("<p>One <b>bold</b> word</p>", "One bold word");
        check("One<br>Two<br/>Three", "One\nTwo\nThree");
        check("One<br><br />Two<br><br><br>Three", "One\n\nTwo\n\nThree");
        check("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo");
        check("<table><tr><td>One</td><td>Two</td></tr><tr><td>3</td></tr></table>", "One Two\n\n3");
        check("a  b\n c", "a b c");
        check(" a", "a");
        check("a <b> b</b> c", "a b c");
        check("1 < 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2");
        check("&#8220;quoted&#x201D; &mdash; &nope; &", "“quoted” — &nope; &");
        check("a&nbsp;&nbsp; b\u{a0}c\u{3000}d", "a b c d");
        check("<!-- no -->yes<!-- open", "yes");
        check("sa<!-- -- x >fe-->y", "say");
        check("<script>var a = '<p>';</script>yes<STYLE>p{}</STYLE>", "yes");
        check("a<iframe src=x/>b<object><p>no</p></object>c<iframe>open", "abcopen");
        check("<p class=\"a>b\">x", "x");
        check("<p class=a\">b\">x", "b\">x");
        check("<unclosed", "");
        check("", "");
        check("<o:p></o:p><my-thing>x</my-thing>", "x");
        check("&lt;b&gt;", "<b>");
    }

    #[test]
    fn characters_that_are_no_text() {
        let check = |markup: &str, expected: &str| assert_eq!(to_text(markup), expected, "{markup}");
        check("a\u{1}b\u{7f}c\0d", "abcd");
        check("don\u{92}t \u{93}x\u{94}", "don’t “x”");
        check("co\u{ad}op\u{feff}", "coop");
        check("<![CDATA[a]]>b", "ab");
        check("x[1]] y", "x[1]] y");
    }

    #[test]
    fn headlines() {
        let check = |markup: &str, expected: &str| assert_eq!(to_line(markup), expected, "{markup}");
        check("A <b>bold</b>\n move", "A bold move");
        check("<p>One</p><p>Two</p>", "One Two");
        check("Vec<T> & Map<K, V>", "Vec<T> & Map<K, V>");
        check("a < b > c", "a < b > c");
    }

    #[test]
    fn html_in_plain_text() {
        let check = |text: &str, expected: bool| assert_eq!(looks_like_html(text), expected, "{text}");
        check("plain & simple", false);
        check("AT&amp;T", true);
        check("a <b>bold</b> move", true);
        check("the <blink> tag", false);
        check("Vec<T></T>", false);
        check("a &copy b", false);
    }
}
