//! Which blocks of a page are built alike: in elements of one name and class,
//! in others of one name and class.

use super::blocks::Blocks;
use crate::html::{Document, NodeId};
use crate::quick_hash::QuickMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Each block's kind of build, numbered as they first come.
pub(super) fn kinds(document: &Document<'_>, blocks: &Blocks) -> Vec<usize> {
    let mut numbers: QuickMap<(u64, u64), usize> = QuickMap::default();
    // Neighbours mostly stand in one element.
    let mut last = (0, None);
    let kind = |container: NodeId| {
        let above = document.ancestors(container).next();
        if last.1 != above {
            last = (above.map_or(0, |id| look(document, id)), above);
        }
        let count = numbers.len();
        *numbers.entry((look(document, container), last.0)).or_insert(count)
    };
    blocks.list.iter().map(|block| block.container).map(kind).collect()
}

/// A hash of an element's name and class.
fn look(document: &Document<'_>, id: NodeId) -> u64 {
    let mut hasher = DefaultHasher::new();
    document.node(id).tag.hash(&mut hasher);
    document.attributes(id).raw("class").hash(&mut hasher);
    hasher.finish()
}
