//! The elements and texts of a page in one array, in document order: what an
//! element holds is the range behind it.

use super::attributes::Attributes;
use super::tag::Tag;
use std::borrow::Cow;
use std::ops::Range;

/// The position of a node in its document; 0 is the root.
pub(crate) type NodeId = u32;

/// An element or a run of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Node<'a> {
    /// Which element it is.
    pub(crate) tag: Tag,
    /// A text that stands in a link.
    pub(crate) in_link: bool,
    /// Elements above it.
    pub(crate) depth: u16,
    /// The element that holds it.
    pub(crate) parent: NodeId,
    /// One behind the last node that it holds.
    pub(crate) end: NodeId,
    /// The text, or the attributes of the element, undecoded.
    pub(crate) data: &'a str,
}

/// A parsed page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document<'a> {
    /// All nodes in document order.
    pub(crate) nodes: Vec<Node<'a>>,
    /// The page had more nodes than were allowed.
    pub(crate) cut: bool,
}

impl<'a> Document<'a> {
    /// One node.
    pub(crate) fn node(&self, id: NodeId) -> &Node<'a> {
        &self.nodes[id as usize]
    }

    /// Every node, in document order.
    pub(crate) fn ids(&self) -> Range<NodeId> {
        0..NodeId::try_from(self.nodes.len()).unwrap_or(NodeId::MAX)
    }

    /// What an element holds, in document order, itself left out.
    pub(crate) fn inside(&self, id: NodeId) -> Range<NodeId> {
        id + 1..self.node(id).end
    }

    /// The attributes of an element; of a text there are none.
    pub(crate) fn attributes(&self, id: NodeId) -> Attributes<'a> {
        let node = self.node(id);
        Attributes(if node.tag == Tag::Text { "" } else { node.data })
    }

    /// The decoded value of an attribute.
    pub(crate) fn attribute(&self, id: NodeId, name: &str) -> Option<Cow<'a, str>> {
        self.attributes(id).get(name)
    }

    /// The elements above a node, nearest first, the root left out.
    pub(crate) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let parent = move |id: NodeId| Some(self.node(id).parent).filter(|&parent| parent != 0);
        std::iter::successors(parent(id), move |&id| parent(id))
    }

    /// The elements of a name.
    pub(crate) fn elements(&self, tag: Tag) -> impl Iterator<Item = NodeId> + '_ {
        self.ids().filter(move |&id| self.node(id).tag == tag)
    }

    /// The visible text of an element on one line.
    pub(crate) fn line(&self, id: NodeId) -> String {
        let mut text = String::new();
        let mut at = id + 1;
        while at < self.node(id).end {
            let node = self.node(at);
            match node.tag {
                Tag::Script | Tag::Style | Tag::Noscript | Tag::Template | Tag::Svg => at = node.end,
                Tag::Text => {
                    super::entities::decode_into(node.data, &mut text);
                    at += 1;
                }
                tag => {
                    if tag.is_block() || tag == Tag::Br {
                        text.push(' ');
                    }
                    at += 1;
                }
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text of a raw-text element (a script, a title) as it stands.
    pub(crate) fn raw(&self, id: NodeId) -> &'a str {
        self.nodes.get(id as usize + 1).filter(|node| node.parent == id).map_or("", |node| node.data)
    }
}
