//! Tokens to the tree: which element is open where.

use super::tag::Tag;
use super::tokenizer::{Token, Tokenizer};
use super::tree::{Document, Node, NodeId};

/// Open elements at most; deeper ones hold nothing (browsers stop at 512 too).
const MAX_DEPTH: usize = 512;

/// Parses a page. Whatever stands in it, there is a tree; of a page with more
/// than `max_nodes` elements and texts the rest is left out.
pub(crate) fn parse(source: &str, max_nodes: usize) -> Document<'_> {
    let mut builder = Builder::new(source);
    let mut tokenizer = Tokenizer::new(source);
    let mut cut = false;
    while let Some(token) = tokenizer.next() {
        if builder.nodes.len() >= max_nodes {
            cut = true;
            break;
        }
        match token {
            Token::Text(text) => builder.text(text),
            Token::End(tag) => builder.end(tag),
            Token::Start { tag, attributes } => {
                let raw = tag.is_raw_text().then(|| tokenizer.raw_text(tag));
                builder.start(tag, attributes, raw);
            }
        }
    }
    builder.finish(cut)
}

struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    /// The open elements, outermost first; the root is always open.
    open: Vec<NodeId>,
    /// The open link, if text belongs to one.
    link: Option<NodeId>,
    /// How many paragraphs are open.
    paragraphs: usize,
    /// `html`, `head` and `body` that were seen.
    seen: [bool; 3],
}

impl<'a> Builder<'a> {
    fn new(source: &'a str) -> Self {
        let mut nodes = Vec::with_capacity(source.len() / 24 + 16);
        nodes.push(Node { tag: Tag::Document, in_link: false, depth: 0, parent: 0, end: 0, data: "" });
        Self { nodes, open: vec![0], link: None, paragraphs: 0, seen: [false; 3] }
    }

    fn tag(&self, id: NodeId) -> Tag {
        self.nodes[id as usize].tag
    }

    fn top(&self) -> NodeId {
        self.open.last().copied().unwrap_or(0)
    }

    fn length(&self) -> NodeId {
        NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX)
    }

    fn push_node(&mut self, tag: Tag, data: &'a str) -> NodeId {
        let id = self.length();
        let depth = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        let in_link = self.link.is_some();
        self.nodes.push(Node { tag, in_link, depth, parent: self.top(), end: id + 1, data });
        id
    }

    fn text(&mut self, text: &'a str) {
        if self.tag(self.top()) == Tag::Head {
            if text.trim().is_empty() {
                return;
            }
            self.pop();
        }
        self.push_node(Tag::Text, text);
    }

    /// A start tag, with its content where that is raw text.
    fn start(&mut self, tag: Tag, attributes: &'a str, raw: Option<&'a str>) {
        if self.is_second_frame(tag) {
            return;
        }
        if self.tag(self.top()) == Tag::Head && !tag.is_head_only() {
            self.pop();
        }
        self.close_implied(tag);
        let id = self.push_node(tag, attributes);
        if let Some(text) = raw {
            self.nodes.push(Node {
                tag: Tag::Text,
                in_link: false,
                depth: self.nodes[id as usize].depth + 1,
                parent: id,
                end: id + 2,
                data: text,
            });
            self.nodes[id as usize].end = id + 2;
            return;
        }
        let closed_at_once = matches!(tag, Tag::Path | Tag::Svg | Tag::Other) && attributes.ends_with('/');
        if tag.is_void() || closed_at_once || self.open.len() >= MAX_DEPTH {
            return;
        }
        self.open.push(id);
        match tag {
            Tag::A => self.link = Some(id),
            Tag::P => self.paragraphs += 1,
            _ => {}
        }
    }

    /// A second `html`, `head` or `body` is none.
    fn is_second_frame(&mut self, tag: Tag) -> bool {
        let at = match tag {
            Tag::Html => 0,
            Tag::Head => 1,
            Tag::Body => 2,
            _ => return false,
        };
        // A head behind the body's beginning is none either.
        std::mem::replace(&mut self.seen[at], true) || (at == 1 && self.seen[2])
    }

    /// Ends what the start of another element ends.
    fn close_implied(&mut self, tag: Tag) {
        if self.paragraphs > 0 && tag.closes_paragraph() {
            self.close(&[Tag::P], |open| open.is_scope() || open == Tag::Button);
        }
        let list_edge = |open: Tag| {
            open.is_scope() || (open.is_block() && !matches!(open, Tag::Address | Tag::Div | Tag::P))
        };
        let table_edge = |open: Tag| matches!(open, Tag::Table | Tag::Template | Tag::Html);
        match tag {
            Tag::Li => self.close(&[Tag::Li], list_edge),
            Tag::Dd | Tag::Dt => self.close(&[Tag::Dd, Tag::Dt], list_edge),
            Tag::Option | Tag::Optgroup => self.close(&[Tag::Option], Tag::is_block),
            Tag::Td | Tag::Th => self.close(&[Tag::Td, Tag::Th], |open| table_edge(open) || open == Tag::Tr),
            Tag::Tr => self.close(&[Tag::Tr], table_edge),
            Tag::Tbody | Tag::Thead | Tag::Tfoot => {
                self.close(&[Tag::Tbody, Tag::Thead, Tag::Tfoot], table_edge);
            }
            Tag::A => self.close_link(),
            _ if tag.is_heading() && self.tag(self.top()).is_heading() => self.pop(),
            _ => {}
        }
    }

    /// A link does not stand in a link.
    fn close_link(&mut self) {
        if self.link.is_some() {
            self.close(&[Tag::A], |open| open.is_scope() || open.is_block());
            self.link = None;
        }
    }

    fn end(&mut self, tag: Tag) {
        match tag {
            Tag::Br => {
                self.push_node(Tag::Br, "");
            }
            Tag::Html | Tag::Body => {}
            Tag::A => self.close_link(),
            Tag::P => self.close(&[Tag::P], |open| open.is_scope() || open == Tag::Button),
            Tag::Li => self.close(&[Tag::Li], |open| open.is_scope() || matches!(open, Tag::Ul | Tag::Ol)),
            Tag::Table
            | Tag::Tbody
            | Tag::Thead
            | Tag::Tfoot
            | Tag::Tr
            | Tag::Td
            | Tag::Th
            | Tag::Caption => {
                self.close(&[tag], |open| matches!(open, Tag::Table | Tag::Template | Tag::Html));
            }
            _ if tag.is_heading() => {
                const HEADINGS: [Tag; 6] = [Tag::H1, Tag::H2, Tag::H3, Tag::H4, Tag::H5, Tag::H6];
                self.close(&HEADINGS, Tag::is_scope);
            }
            _ if tag.is_block() || tag.is_scope() || tag == Tag::Head => self.close(&[tag], Tag::is_scope),
            _ => self.close(&[tag], |open| open.is_scope() || open.is_block()),
        }
    }

    /// Ends the innermost open element of one of the names with all that it
    /// holds, unless an edge stands between.
    fn close(&mut self, tags: &[Tag], edge: impl Fn(Tag) -> bool) {
        let mut found = None;
        for (at, &id) in self.open.iter().enumerate().skip(1).rev() {
            let open = self.tag(id);
            if tags.contains(&open) {
                found = Some(at);
                break;
            }
            if edge(open) {
                return;
            }
        }
        if let Some(at) = found {
            while self.open.len() > at {
                self.pop();
            }
        }
    }

    fn pop(&mut self) {
        if self.open.len() < 2 {
            return;
        }
        let Some(id) = self.open.pop() else { return };
        self.nodes[id as usize].end = self.length();
        if self.link == Some(id) {
            self.link = None;
        }
        if self.tag(id) == Tag::P {
            self.paragraphs -= 1;
        }
    }

    fn finish(mut self, cut: bool) -> Document<'a> {
        while self.open.len() > 1 {
            self.pop();
        }
        self.nodes[0].end = self.length();
        Document { nodes: self.nodes, cut }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree as `div(p("text"))`.
    fn check(source: &str, expected: &str) {
        let document = parse(source, 1000);
        let mut shown = String::new();
        let mut open: Vec<NodeId> = Vec::new();
        for id in document.ids().skip(1) {
            while open.last().is_some_and(|&last| document.node(last).end <= id) {
                open.pop();
                shown.push(')');
            }
            if !shown.is_empty() && !shown.ends_with('(') {
                shown.push(' ');
            }
            let node = document.node(id);
            if node.tag == Tag::Text {
                let mark = if node.in_link { "@" } else { "" };
                shown.push_str(&format!("{mark}{:?}", node.data));
            } else {
                shown.push_str(node.tag.name());
                if node.end > id + 1 {
                    shown.push('(');
                    open.push(id);
                }
            }
        }
        shown.push_str(&")".repeat(open.len()));
        assert_eq!(shown, expected, "{source}");
    }

    #[test]
    fn implied_ends() {
        check("<p>a<p>b", "p(\"a\") p(\"b\")");
        check("<p>a<div>b</div>c", "p(\"a\") div(\"b\") \"c\"");
        check("<ul><li>a<li>b<ul><li>c</ul></ul>", "ul(li(\"a\") li(\"b\" ul(li(\"c\"))))");
        check("<dl><dt>a<dd>b<dt>c</dl>", "dl(dt(\"a\") dd(\"b\") dt(\"c\"))");
        check("<table><tr><td>a<td>b<tr><td>c</table>", "table(tr(td(\"a\") td(\"b\")) tr(td(\"c\")))");
        check("<h2>a<h3>b</h2>c", "h2(\"a\") h3(\"b\") \"c\"");
        check("<p><button><p>a</button>b", "p(button(p(\"a\")) \"b\")");
        check("<select><option>a<option>b</select>", "select(option(\"a\") option(\"b\"))");
    }

    #[test]
    fn ends_without_a_start() {
        check("a</div>b</p>c</b>d", "\"a\" \"b\" \"c\" \"d\"");
        check("<div><table><tr><td>a</div>b</table>c", "div(table(tr(td(\"a\" \"b\"))) \"c\")");
        check("<div><span>a</div>b", "div(span(\"a\")) \"b\"");
        check("<div><b><p>a</b>b</p></div>", "div(b(p(\"a\" \"b\")))");
        check("</br>", "br");
    }

    #[test]
    fn links() {
        check("<a>x</a>y", "a(@\"x\") \"y\"");
        check("<a>x<a>y</a>z", "a(@\"x\") a(@\"y\") \"z\"");
        check("<a><div>x</a>y</div>z", "a(div(@\"x\" \"y\") \"z\")");
        check("<div><a>x</div>y", "div(a(@\"x\")) \"y\"");
    }

    #[test]
    fn the_frame_of_a_page() {
        check(
            "<html><head><title>t</title><meta><body class=x><p>a</body></html>b",
            "html(head(title(\"t\") meta) body(p(\"a\" \"b\")))",
        );
        check("<html><head> <link><div>a</div><body>b", "html(head(link) div(\"a\") body(\"b\"))");
        check("<body>a<html><body>b", "body(\"a\" \"b\")");
        check("<svg><path d=1 /><path /></svg>x", "svg(path path) \"x\"");
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = "<div>".repeat(100_000);
        let document = parse(&deep, 1_000_000);
        assert!(document.nodes.iter().all(|node| usize::from(node.depth) <= MAX_DEPTH));
        assert!(!document.cut);
        let many = parse(&deep, 50);
        assert!(many.cut && many.nodes.len() <= 52);
        assert_eq!(many.nodes[0].end as usize, many.nodes.len());
    }
}
