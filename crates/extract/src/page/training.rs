//! What the trainer of the page model needs: the blocks of a page as rows of
//! numbers. Not for any other use; the numbers change with every version.

use super::content::{blocks, context::Context, first_rows, second_rows};
use super::facts;
use crate::Limits;

pub use super::content::trees::{Forest, Split, Tree};

/// The blocks of a page.
#[derive(Debug, Clone, Default)]
pub struct PageRows {
    /// Their texts.
    pub texts: Vec<String>,
    /// Their numbers for the first stage.
    pub rows: Vec<Vec<f32>>,
}

/// Cuts a page into blocks and counts.
#[must_use]
pub fn first_stage(source: &str) -> PageRows {
    with_context(source, |context| PageRows {
        texts: context.blocks.list.iter().map(|block| context.blocks.text_of(block).to_owned()).collect(),
        rows: first_rows(context),
    })
}

/// The numbers for the second stage; `first` has the first stage's probability
/// of every block.
#[must_use]
pub fn second_stage(source: &str, first: &[f32]) -> Vec<Vec<f32>> {
    with_context(source, |context| second_rows(context, &first_rows(context), first))
}

/// The text of a page from its bytes, as the reader of pages decodes it.
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    super::source::decode(bytes, None).map(|decoded| decoded.text.into_owned()).unwrap_or_default()
}

fn with_context<T>(source: &str, read: impl FnOnce(&Context<'_, '_>) -> T) -> T {
    let document = crate::html::parse(source, Limits::default().max_page_nodes);
    let known = facts::read(&document, None).known();
    let blocks = blocks::cut(&document);
    read(&Context::new(&document, &blocks, &known))
}
