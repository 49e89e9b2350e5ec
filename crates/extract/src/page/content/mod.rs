//! The article's text out of a page: cut into blocks, each judged by a model
//! of two stages, what is kept joined again.

pub(crate) mod blocks;
mod builds;
pub(crate) mod context;
mod cues;
mod features;
mod hints;
mod measures;
mod model;
mod nearest;
mod neighbourhood;
pub(crate) mod trees;

use crate::html::{Document, Tag};
use blocks::{Block, Blocks};
use context::{Context, Known};

pub(crate) use features::rows as first_rows;
pub(crate) use neighbourhood::rows as second_rows;

/// What the model says of a page.
#[derive(Debug)]
pub(crate) struct Judged {
    /// All blocks.
    pub(crate) blocks: Blocks,
    /// The positions of those that belong to the text.
    pub(crate) kept: Vec<usize>,
    /// The block of the main heading.
    pub(crate) heading: Option<usize>,
}

/// Cuts a page and judges its blocks.
pub(crate) fn judge(document: &Document<'_>, known: &Known) -> Judged {
    let blocks = blocks::cut(document);
    let context = Context::new(document, &blocks, known);
    let kept = model::keep(&context);
    let heading = context.heading;
    Judged { blocks, kept, heading }
}

/// The kept blocks as text: a blank line between paragraphs, list items and
/// rows of a table on lines of their own, a tab between cells.
pub(crate) fn join(document: &Document<'_>, judged: &Judged) -> String {
    let mut text = String::new();
    let mut last: Option<&Block> = None;
    for block in judged.kept.iter().map(|&at| &judged.blocks.list[at]) {
        if let Some(last) = last {
            text.push_str(separator(document, last, block));
        }
        text.push_str(judged.blocks.text_of(block));
        last = Some(block);
    }
    text
}

fn separator(document: &Document<'_>, last: &Block, block: &Block) -> &'static str {
    let (one, other) = (document.node(last.container), document.node(block.container));
    let cell = |tag: Tag| matches!(tag, Tag::Td | Tag::Th);
    match (one.tag, other.tag) {
        (Tag::Li, Tag::Li) => "\n",
        (a, b) if cell(a) && cell(b) && one.parent == other.parent => "\t",
        (a, b) if cell(a) && cell(b) => "\n",
        _ => "\n\n",
    }
}
