//! HTML source to tags and text. Every byte belongs to some token: nothing is
//! an error here.

use super::tag::Tag;

/// A piece of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// `<name attributes>`.
    Start {
        /// The element.
        tag: Tag,
        /// What stands between name and bracket.
        attributes: &'a str,
    },
    /// `</name>`.
    End(Tag),
    /// Text with its character references undecoded.
    Text(&'a str),
}

/// Reads tokens from a source, front to back.
pub(super) struct Tokenizer<'a> {
    source: &'a str,
    at: usize,
    /// Raw-text elements without an end tag in the rest, so that none is
    /// looked for twice.
    endless: Vec<Tag>,
}

impl<'a> Tokenizer<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, at: 0, endless: Vec::new() }
    }

    /// The next token; comments and declarations are passed over.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = &self.source[self.at..];
            if rest.is_empty() {
                return None;
            }
            if !rest.starts_with('<') {
                return Some(self.text(0));
            }
            match rest.as_bytes().get(1) {
                Some(byte) if byte.is_ascii_alphabetic() => return Some(self.start_tag()),
                Some(b'/') if rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) => {
                    return Some(self.end_tag());
                }
                Some(b'!' | b'?' | b'/') => self.skip_declaration(),
                _ => return Some(self.text(1)),
            }
        }
    }

    /// The content of a raw-text element, end tag consumed. Without an end tag
    /// a script swallows the rest, as in a browser; any other one is empty, so
    /// that a forgotten `</title>` does not cost the page.
    pub(super) fn raw_text(&mut self, tag: Tag) -> &'a str {
        let rest = &self.source[self.at..];
        if self.endless.contains(&tag) {
            return "";
        }
        let mut from = 0;
        while let Some(at) = find(b'<', &rest[from..]).map(|at| from + at) {
            from = at + 1;
            let Some(name) = rest[from..].strip_prefix('/') else { continue };
            let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
            if Tag::of(&name[..length]) == tag {
                self.at += at;
                let _end = self.end_tag();
                return &rest[..at];
            }
        }
        self.endless.push(tag);
        if matches!(tag, Tag::Script | Tag::Style) {
            self.at = self.source.len();
            return rest;
        }
        ""
    }

    /// Text up to the next `<`, at least `least` bytes.
    fn text(&mut self, least: usize) -> Token<'a> {
        let rest = &self.source[self.at..];
        let end = find(b'<', &rest[least..]).map_or(rest.len(), |at| least + at);
        self.at += end;
        Token::Text(&rest[..end])
    }

    fn start_tag(&mut self) -> Token<'a> {
        let rest = &self.source[self.at + 1..];
        let name = name_length(rest);
        let (attributes, length) = attributes(&rest[name..]);
        self.at += 1 + name + length;
        Token::Start { tag: Tag::of(&rest[..name]), attributes }
    }

    fn end_tag(&mut self) -> Token<'a> {
        let rest = &self.source[self.at + 2..];
        let name = name_length(rest);
        let (_, length) = attributes(&rest[name..]);
        self.at += 2 + name + length;
        Token::End(Tag::of(&rest[..name]))
    }

    /// Comments, the doctype, processing instructions, CDATA and `</>`.
    fn skip_declaration(&mut self) {
        let rest = &self.source[self.at..];
        let length = match rest.strip_prefix("<!--") {
            Some(comment) => 4 + comment_length(comment),
            None => find(b'>', rest).map_or(rest.len(), |at| at + 1),
        };
        self.at += length;
    }
}

/// Where an ASCII character stands first. Scripts are searched to their end,
/// so that this is worth the widest comparisons there are.
fn find(byte: u8, text: &str) -> Option<usize> {
    memchr::memchr(byte, text.as_bytes())
}

/// Bytes of an element's name.
fn name_length(text: &str) -> usize {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    text.as_bytes().iter().position(ends).unwrap_or(text.len())
}

/// The attributes of the tag whose name ended here, and the bytes up to behind
/// its `>`. A `>` in a quoted value ends nothing, unless the quote is never closed.
fn attributes(text: &str) -> (&str, usize) {
    let bytes = text.as_bytes();
    let (mut at, mut after_equals) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return (&text[..at], at + 1),
            b'"' | b'\'' if after_equals => {
                let inside = &text[at + 1..];
                let Some(length) = find(byte, inside) else { break };
                at += length + 1;
                after_equals = false;
            }
            b'=' => after_equals = true,
            _ if byte.is_ascii_whitespace() => {}
            _ => after_equals = false,
        }
        at += 1;
    }
    let end = find(b'>', &text[at..]).map_or(text.len(), |found| at + found);
    (&text[..end], (end + 1).min(text.len()))
}

/// Bytes of a comment behind its `<!--`, the closing mark included.
fn comment_length(comment: &str) -> usize {
    for short in [">", "->"] {
        if comment.starts_with(short) {
            return short.len();
        }
    }
    let mut from = 0;
    while let Some(at) = comment[from..].find("--").map(|at| from + at) {
        let rest = &comment[at + 2..];
        let closed = [">", "!>"].iter().find(|mark| rest.starts_with(**mark));
        if let Some(mark) = closed {
            return at + 2 + mark.len();
        }
        from = at + 1;
    }
    comment.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as `+div( a=b)`, `-div`, `"text"`.
    fn check(source: &str, expected: &str) {
        let mut tokenizer = Tokenizer::new(source);
        let mut shown = Vec::new();
        while let Some(token) = tokenizer.next() {
            shown.push(match token {
                Token::Start { tag, attributes } if tag.is_raw_text() => {
                    format!("+{}({attributes}){:?}", tag.name(), tokenizer.raw_text(tag))
                }
                Token::Start { tag, attributes } => format!("+{}({attributes})", tag.name()),
                Token::End(tag) => format!("-{}", tag.name()),
                Token::Text(text) => format!("{text:?}"),
            });
        }
        assert_eq!(shown.join(" "), expected, "{source}");
    }

    #[test]
    fn tags_and_text() {
        check("a<b>c</b>", "\"a\" +b() \"c\" -b");
        check("<P Class=\"x>y\" id=z>t", "+p( Class=\"x>y\" id=z) \"t\"");
        check("<br/><br />", "+br(/) +br( /)");
        check("<a title=it's>x</a >", "+a( title=it's) \"x\" -a");
        check("1 < 2 <3", "\"1 \" \"< 2 \" \"<3\"");
        check("<p title=\"open>text", "+p( title=\"open) \"text\"");
        check("<p", "+p()");
        check("</>x</p x=\">\">", "\"x\" -p");
        check("<", "\"<\"");
        check("", "");
    }

    #[test]
    fn comments_and_declarations() {
        check("<!DOCTYPE html><!-- <p> -->x", "\"x\"");
        check("<!-->x<!--->y<!-- a --!>z<!-- open", "\"x\" \"y\" \"z\"");
        check("<?php echo ?>x<![CDATA[ y ]]>z", "\"x\" \"z\"");
        check("<!--[if IE]><p>old</p><![endif]-->new", "\"new\"");
    }

    #[test]
    fn raw_text() {
        check("<script>a < b \"</p>\"</SCRIPT>x", "+script()\"a < b \\\"</p>\\\"\" \"x\"");
        check("<title>A & B</title><title>open<p>x", "+title()\"A & B\" +title()\"\" \"open\" +p() \"x\"");
        check("<style>p{}", "+style()\"p{}\"");
        check("<noscript><img></noscript>x", "+noscript()\"<img>\" \"x\"");
    }
}
