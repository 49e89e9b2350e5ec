//! A page cut into blocks: runs of text that a reader sees as one paragraph,
//! heading, list item or table cell.

use super::hints::{self, PARTS};
use crate::html::{Document, NodeId, Tag, entities};
use std::ops::Range;

/// Blocks of a page at most; what follows is left out.
const MAX_BLOCKS: usize = 20_000;
/// A part that no element above names.
pub(crate) const FAR: u8 = 40;

/// For each part of a page, how many elements above the text name it first;
/// [`FAR`] where none does.
pub(crate) type Distances = [u8; PARTS];

/// One block.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// Where its text stands in [`Blocks::text`].
    pub(crate) range: Range<usize>,
    /// The block-level element that holds it.
    pub(crate) container: NodeId,
    /// The first text in it.
    pub(crate) first: NodeId,
    /// The parts that stand above it.
    pub(crate) near: Distances,
    /// Letters in links.
    pub(crate) link_bytes: usize,
    /// Links that begin in it.
    pub(crate) links: u32,
    /// Bytes in bold or emphasised text.
    pub(crate) strong_bytes: usize,
    /// Images passed since the last block.
    pub(crate) images: u32,
}

/// All blocks of a page in document order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blocks {
    /// Their texts, one behind the other.
    pub(crate) text: String,
    /// The blocks.
    pub(crate) list: Vec<Block>,
}

impl Blocks {
    /// The text of a block.
    pub(crate) fn text_of(&self, block: &Block) -> &str {
        &self.text[block.range.clone()]
    }
}

/// An element whose end has not been passed.
struct Open {
    id: NodeId,
    end: NodeId,
    is_block: bool,
    near: Distances,
}

struct Cutter<'d, 'a> {
    document: &'d Document<'a>,
    open: Vec<Open>,
    blocks: Blocks,
    current: Option<Block>,
    /// Line breaks since the last letter.
    breaks: u32,
    images: u32,
}

/// Cuts a page into its blocks.
pub(crate) fn cut(document: &Document<'_>) -> Blocks {
    let mut cutter =
        Cutter { document, open: Vec::new(), blocks: Blocks::default(), current: None, breaks: 0, images: 0 };
    let mut at = 1;
    let end = document.node(0).end;
    while at < end && cutter.blocks.list.len() < MAX_BLOCKS {
        at = cutter.step(at);
    }
    cutter.flush();
    cutter.blocks
}

impl Cutter<'_, '_> {
    /// Takes one node; returns where to go on.
    fn step(&mut self, id: NodeId) -> NodeId {
        while self.open.last().is_some_and(|open| open.end <= id) {
            if self.open.pop().is_some_and(|open| open.is_block) {
                self.flush();
            }
        }
        let node = *self.document.node(id);
        match node.tag {
            Tag::Text => self.text(id, node.data, node.in_link),
            Tag::Br => self.line_break(),
            Tag::Img => self.images += 1,
            Tag::Hr => self.flush(),
            tag if is_unread(tag) => return node.end,
            tag => self.element(id, tag, node.end),
        }
        id + 1
    }

    fn element(&mut self, id: NodeId, tag: Tag, end: NodeId) {
        if end == id + 1 {
            return;
        }
        let is_block = tag.is_block();
        if is_block {
            self.flush();
        }
        let bits = hints::of_element(tag, self.document.attributes(id));
        let mut near = self.open.last().map_or([FAR; PARTS], |open| open.near);
        for (at, distance) in near.iter_mut().enumerate() {
            *distance = if bits >> at & 1 == 1 { 0 } else { (*distance + 1).min(FAR) };
        }
        if tag == Tag::A
            && let Some(block) = &mut self.current
        {
            block.links += 1;
        }
        self.open.push(Open { id, end, is_block, near });
    }

    fn line_break(&mut self) {
        self.breaks += 1;
        if self.breaks == 2 {
            self.flush();
        } else if self.current.is_some() {
            let text = &mut self.blocks.text;
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
    }

    fn text(&mut self, id: NodeId, raw: &str, in_link: bool) {
        let blank = raw.bytes().all(|byte| byte.is_ascii_whitespace());
        if blank && self.current.is_none() {
            return;
        }
        if self.current.is_none() {
            self.begin(id, in_link);
        }
        if !blank {
            self.breaks = 0;
        }
        let before = self.blocks.text.len();
        push_words(raw, &mut self.blocks.text);
        let added = self.blocks.text.len() - before;
        let strong = self.is_strong();
        if let Some(block) = &mut self.current {
            block.link_bytes += if in_link { added } else { 0 };
            block.strong_bytes += if strong { added } else { 0 };
        }
    }

    fn is_strong(&self) -> bool {
        let inline = self.open.iter().rev().take_while(|open| !open.is_block).take(4);
        inline
            .into_iter()
            .any(|open| matches!(self.document.node(open.id).tag, Tag::B | Tag::Strong | Tag::Em | Tag::I))
    }

    fn begin(&mut self, id: NodeId, in_link: bool) {
        let container = self.open.iter().rev().find(|open| open.is_block).map_or(0, |open| open.id);
        let start = self.blocks.text.len();
        self.current = Some(Block {
            range: start..start,
            container,
            first: id,
            near: self.open.last().map_or([FAR; PARTS], |open| open.near),
            link_bytes: 0,
            links: u32::from(in_link),
            strong_bytes: 0,
            images: std::mem::take(&mut self.images),
        });
    }

    /// Ends the current block.
    fn flush(&mut self) {
        self.breaks = 0;
        let Some(mut block) = self.current.take() else { return };
        let text = &mut self.blocks.text;
        text.truncate(block.range.start + text[block.range.start..].trim_end().len());
        block.range.end = text.len();
        if block.range.is_empty() {
            self.images += block.images;
            return;
        }
        text.push('\n');
        self.blocks.list.push(block);
    }
}

/// Elements that hold nothing to read.
fn is_unread(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Script
            | Tag::Style
            | Tag::Noscript
            | Tag::Template
            | Tag::Svg
            | Tag::Iframe
            | Tag::Select
            | Tag::Textarea
            | Tag::Head
            | Tag::Title
            | Tag::Canvas
            | Tag::Object
            | Tag::Audio
            | Tag::Video
            | Tag::Noembed
            | Tag::Noframes
            | Tag::Map
    )
}

/// Adds text: references decoded, every run of blanks one space, none at the
/// beginning of a line.
fn push_words(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some(&byte) = rest.as_bytes().first() {
        if byte.is_ascii_whitespace() {
            push_blank(out);
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        } else if byte == b'&' {
            rest = push_reference(rest, out);
        } else {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'&';
            let end = rest.as_bytes().iter().position(ends).unwrap_or(rest.len());
            push_word(&rest[..end], out);
            rest = &rest[end..];
        }
    }
}

/// Adds a word; blanks and invisible characters beyond ASCII are rare in it.
fn push_word(word: &str, out: &mut String) {
    if word.is_ascii() {
        out.push_str(word);
        return;
    }
    word.chars().for_each(|character| push_char(character, out));
}

fn push_char(character: char, out: &mut String) {
    match character {
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\0' => {}
        _ if character.is_whitespace() => push_blank(out),
        _ => out.push(character),
    }
}

fn push_reference<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let mut decoded = String::new();
    let length = entities::reference(rest, &mut decoded);
    if length == 0 {
        out.push('&');
        return &rest[1..];
    }
    decoded.chars().for_each(|character| push_char(character, out));
    &rest[length..]
}

fn push_blank(out: &mut String) {
    if !out.ends_with([' ', '\n']) && !out.is_empty() {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::html::parse;

    fn check(source: &str, expected: &[&str]) {
        let document = parse(source, 10_000);
        let blocks = cut(&document);
        let texts: Vec<_> = blocks.list.iter().map(|block| blocks.text_of(block)).collect();
        assert_eq!(texts, expected, "{source}");
    }

    #[test]
    fn blocks_of_pages() {
        check("<p>One <b>bold</b> word.<p>Two", &["One bold word.", "Two"]);
        check("a<br>b<br><br>c<br> <br>d", &["a\nb", "c", "d"]);
        check("<div>a<div>b</div>c</div>", &["a", "b", "c"]);
        check("<ul><li>a<li> b </ul>", &["a", "b"]);
        check("<script>x</script>a<style>y</style><noscript>z</noscript>", &["a"]);
        check("<p>Tom &amp; Jo&nbsp;&nbsp; go&shy;ing&#8203;</p>", &["Tom & Jo going"]);
        check("<p> &nbsp; </p><p></p>", &[]);
        check("<span>a</span><span>b</span> <a>c</a>", &["ab c"]);
        check("<table><tr><td>1<td>2</table>", &["1", "2"]);
    }

    #[test]
    fn links_are_counted() {
        let document = parse("<p>See <a>here</a> and <a>there</a></p><p><a>x</a></p>", 100);
        let blocks = cut(&document);
        assert_eq!((blocks.list[0].links, blocks.list[0].link_bytes), (2, 9));
        assert_eq!((blocks.list[1].links, blocks.list[1].link_bytes), (1, 1));
    }
}
