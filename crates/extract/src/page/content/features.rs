//! A block as numbers for the first stage of the model. The order of the
//! numbers is the model's: after a change here it must be trained again.

use super::blocks::Block;
use super::context::{Context, Sums, is_long, ratio};
use super::cues::Cue;
use super::measures::Measures;
use crate::html::{NodeId, Tag};

/// Elements above a block whose sums are looked at.
const LEVELS: usize = 4;
/// Blocks before and behind that are looked at.
const NEIGHBOURS: [isize; 6] = [-3, -2, -1, 1, 2, 3];

/// The rows of numbers of all blocks of a page.
pub(crate) fn rows(context: &Context<'_, '_>) -> Vec<Vec<f32>> {
    let edges = LongEdges::of(context);
    (0..context.blocks.list.len()).map(|at| row(context, &edges, at)).collect()
}

/// Where the first and the last long paragraph of the centre stand.
struct LongEdges {
    first: usize,
    last: usize,
}

impl LongEdges {
    fn of(context: &Context<'_, '_>) -> Self {
        let range = context.range_of(context.centres[1]);
        let long = |at: &usize| is_long(&context.blocks.list[*at], &context.measures[*at]);
        let first = range.clone().find(long).unwrap_or(range.start);
        let last = range.clone().rev().find(long).unwrap_or(range.end);
        Self { first, last }
    }
}

fn row(context: &Context<'_, '_>, edges: &LongEdges, at: usize) -> Vec<f32> {
    let block = &context.blocks.list[at];
    let measures = &context.measures[at];
    let mut row = Vec::with_capacity(220);
    push_element(&mut row, context, block);
    push_text(&mut row, block, measures);
    row.extend(measures.cues.iter().map(|&count| f32::from(count)));
    row.extend(block.near.iter().map(|&steps| f32::from(steps)));
    push_likeness(&mut row, context, at);
    push_place(&mut row, context, edges, at);
    push_levels(&mut row, context, block);
    push_build(&mut row, context, at);
    for step in NEIGHBOURS {
        push_neighbour(&mut row, context, at, step);
    }
    push_following(&mut row, context, at);
    push_page(&mut row, context);
    row
}

/// The element's kind.
fn push_element(row: &mut Vec<f32>, context: &Context<'_, '_>, block: &Block) {
    let tag = context.document.node(block.container).tag;
    let flag = |is: bool| f32::from(u8::from(is));
    row.push(flag(tag == Tag::P));
    row.push(flag(tag == Tag::Li));
    row.push(flag(matches!(tag, Tag::Td | Tag::Th)));
    row.push(flag(matches!(tag, Tag::Div | Tag::Section | Tag::Article | Tag::Main)));
    row.push(flag(matches!(tag, Tag::Blockquote | Tag::Pre | Tag::Dd | Tag::Dt)));
    row.push(flag(matches!(tag, Tag::Button | Tag::Label | Tag::Legend | Tag::Option | Tag::Summary)));
    row.push(heading_level(tag));
    row.push(f32::from(context.document.node(block.container).depth));
    let above = context.document.ancestors(block.container).take(6);
    let list = above
        .take_while(|&id| context.document.node(id).tag != Tag::Article)
        .filter(|&id| matches!(context.document.node(id).tag, Tag::Ul | Tag::Ol | Tag::Table));
    row.push(ratio(list.count(), 1));
}

/// 1 to 6, 0 for what is no heading.
fn heading_level(tag: Tag) -> f32 {
    match tag {
        Tag::H1 => 1.0,
        Tag::H2 => 2.0,
        Tag::H3 => 3.0,
        Tag::H4 => 4.0,
        Tag::H5 => 5.0,
        Tag::H6 => 6.0,
        _ => 0.0,
    }
}

/// Counts and shares of the text itself.
#[expect(clippy::cast_precision_loss, reason = "counts of one block; a model reads them")]
fn push_text(row: &mut Vec<f32>, block: &Block, measures: &Measures) {
    let flag = |is: bool| f32::from(u8::from(is));
    let bytes = measures.bytes.max(1) as f32;
    let words = measures.words.max(1) as f32;
    row.extend([
        measures.words as f32,
        bytes / words,
        (block.link_bytes as f32 / bytes).min(1.0),
        block.links as f32,
        block.strong_bytes as f32 / bytes,
        block.images as f32,
        measures.sentences as f32,
        measures.commas as f32,
        measures.digits as f32 / bytes,
        measures.capitals as f32 / words,
        measures.upper as f32 / bytes,
        measures.separators as f32,
        measures.quotes as f32,
        measures.signs as f32,
        measures.lines as f32,
        flag(matches!(measures.last, '.' | '!' | '…' | '。' | '।' | '！')),
        flag(matches!(measures.last, '?' | '？')),
        flag(measures.last == ':'),
        flag(matches!(measures.last, '»' | '›' | '→' | '>')),
        flag(measures.first.is_uppercase()),
        flag(measures.first.is_ascii_digit()),
        flag(measures.first.is_alphanumeric()),
    ]);
}

/// How like the block is to what the metadata say.
fn push_likeness(row: &mut Vec<f32>, context: &Context<'_, '_>, at: usize) {
    let measures = &context.measures[at];
    let copies = context.copies.get(&measures.whole).copied().unwrap_or(1);
    row.push(f32::from(u8::from(context.title.is(measures))));
    row.push(context.title.share(measures));
    row.push(context.description.share(measures));
    row.push(f32::from(u8::from(context.description.is(measures))));
    row.push(f32::from(u8::try_from(copies).unwrap_or(u8::MAX)));
    row.push(context.share_of_body(at));
}

/// Where in the page the block stands.
fn push_place(row: &mut Vec<f32>, context: &Context<'_, '_>, edges: &LongEdges, at: usize) {
    let block = &context.blocks.list[at];
    let total = context.total();
    let before = context.sums_between(0..at);
    row.push(ratio(at, context.blocks.list.len()));
    row.push(before.words / total.words.max(1.0));
    row.push(before.long / total.long.max(1.0));
    for centre in context.centres {
        row.push(ratio(context.distance_to(block, centre), 1));
    }
    let signed = |from: usize| {
        let steps = ratio(at.abs_diff(from), 1).min(60.0);
        if at < from { -steps } else { steps }
    };
    row.push(signed(edges.first));
    row.push(signed(edges.last));
    row.push(context.heading.map_or(-99.0, signed));
    let between = |steps: Option<usize>| ratio(steps.map_or(60, |steps| steps - 1), 1);
    row.push(between(context.long.before(at, 40)));
    row.push(between(context.long.behind(at, 40)));
}

/// The sums over the elements above the block.
fn push_levels(row: &mut Vec<f32>, context: &Context<'_, '_>, block: &Block) {
    let total = context.total();
    let document = context.document;
    let mut above = std::iter::once(block.container)
        .chain(document.ancestors(block.container))
        .filter(|&id| document.node(id).tag.is_block());
    let mut last: Option<(NodeId, Sums)> = None;
    for _ in 0..LEVELS {
        // The next one up that holds more than the one before.
        let next = loop {
            let Some(id) = above.next() else { break last };
            let sums = context.sums_of(id);
            if last.is_none_or(|(_, inner)| sums.blocks > inner.blocks) {
                break Some((id, sums));
            }
        };
        let (_, sums) = next.unwrap_or_default();
        row.extend([
            sums.words,
            sums.link_share(),
            sums.long / total.long.max(1.0),
            sums.words / sums.blocks.max(1.0),
            sums.long / sums.words.max(1.0),
        ]);
        last = next;
    }
}

/// The blocks that are built alike.
fn push_build(row: &mut Vec<f32>, context: &Context<'_, '_>, at: usize) {
    let sums = context.by_build[context.builds[at]];
    let total = context.total();
    row.extend([
        sums.blocks,
        sums.words / sums.blocks.max(1.0),
        sums.link_share(),
        sums.sentences / sums.blocks.max(1.0),
        sums.long / total.long.max(1.0),
    ]);
}

/// A block near by.
#[expect(clippy::cast_precision_loss, reason = "counts of one block; a model reads them")]
fn push_neighbour(row: &mut Vec<f32>, context: &Context<'_, '_>, at: usize, step: isize) {
    let there = at.checked_add_signed(step).filter(|&there| there < context.blocks.list.len());
    let Some(there) = there else {
        row.extend([-1.0, -1.0, -1.0, -1.0, -1.0]);
        return;
    };
    let (block, measures) = (&context.blocks.list[there], &context.measures[there]);
    let tag = context.document.node(block.container).tag;
    let parent = |at: usize| context.document.node(context.blocks.list[at].container).parent;
    row.extend([
        measures.words as f32,
        block.link_bytes as f32 / measures.bytes.max(1) as f32,
        heading_level(tag),
        measures.sentences as f32,
        f32::from(u8::from(context.builds[there] == context.builds[at]))
            + f32::from(u8::from(parent(there) == parent(at))),
    ]);
}

/// What follows a heading says what the heading belongs to.
#[expect(clippy::cast_precision_loss, reason = "counts of one block; a model reads them")]
fn push_following(row: &mut Vec<f32>, context: &Context<'_, '_>, at: usize) {
    let (words, link) = context.texts.behind(at, 4).map_or((-1.0, -1.0), |steps| {
        let at = at + steps;
        let measures = &context.measures[at];
        (measures.words as f32, context.blocks.list[at].link_bytes as f32 / measures.bytes.max(1) as f32)
    });
    row.extend([words, link]);
    // The heading above: a list under "Related" is no text.
    let above = context.headings.before(at, 12).map(|steps| at - steps);
    let cues = above.map(|at| &context.measures[at].cues);
    let of = |cue: Cue| cues.map_or(0.0, |cues| f32::from(cues[cue as usize]));
    row.extend([
        of(Cue::Related),
        of(Cue::Comment),
        of(Cue::Subscribe),
        of(Cue::Author),
        of(Cue::References),
        of(Cue::Share),
    ]);
    row.push(above.map_or(99.0, |above| ratio(at - above, 1)));
    row.push(
        above.map_or(0.0, |above| {
            heading_level(context.document.node(context.blocks.list[above].container).tag)
        }),
    );
}

/// The page as a whole.
fn push_page(row: &mut Vec<f32>, context: &Context<'_, '_>) {
    let total = context.total();
    let centre = context.sums_of(context.centres[1]);
    row.extend([
        total.words,
        total.long,
        total.blocks,
        total.link_share(),
        ratio(context.articles, 1),
        centre.words / total.words.max(1.0),
        centre.link_share(),
    ]);
}
