//! What only the whole page can tell about a block: where the long paragraphs
//! stand, which blocks are built alike, what the metadata say the text is.

use super::blocks::{Block, Blocks};
use super::builds;
use super::hints::Part;
use super::measures::{Measures, measure, word_hashes};
use super::nearest::Nearest;
use crate::html::{Document, NodeId, Tag};
use crate::quick_hash::{QuickMap, QuickSet};
use std::collections::HashSet;
use std::ops::Range;

/// What the page's metadata say of its article.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Headlines, as metadata and `title` give them.
    pub(crate) titles: Vec<String>,
    /// The summary.
    pub(crate) description: Option<String>,
    /// The text as structured data give it.
    pub(crate) body: Option<String>,
}

/// Sums over the blocks before each one, so that the sum over any element is
/// one difference.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    /// Words.
    pub(crate) words: f32,
    /// Bytes.
    pub(crate) bytes: f32,
    /// Bytes in links.
    pub(crate) link_bytes: f32,
    /// Words of long paragraphs.
    pub(crate) long: f32,
    /// Ends of sentences.
    pub(crate) sentences: f32,
    /// Blocks.
    pub(crate) blocks: f32,
}

impl Sums {
    fn minus(self, other: Self) -> Self {
        Self {
            words: self.words - other.words,
            bytes: self.bytes - other.bytes,
            link_bytes: self.link_bytes - other.link_bytes,
            long: self.long - other.long,
            sentences: self.sentences - other.sentences,
            blocks: self.blocks - other.blocks,
        }
    }

    fn add(&mut self, block: &Block, measures: &Measures, long: bool) {
        #[expect(clippy::cast_precision_loss, reason = "counts of one page; a model reads them")]
        let (words, bytes, link, sentences) = (
            measures.words as f32,
            measures.bytes as f32,
            block.link_bytes as f32,
            measures.sentences as f32,
        );
        self.words += words;
        self.bytes += bytes;
        self.link_bytes += link.min(bytes);
        self.long += if long { words } else { 0.0 };
        self.sentences += sentences;
        self.blocks += 1.0;
    }

    /// The share of bytes in links.
    pub(crate) fn link_share(&self) -> f32 {
        self.link_bytes / self.bytes.max(1.0)
    }
}

/// A page prepared for judging its blocks.
#[derive(Debug)]
pub(crate) struct Context<'p, 'a> {
    /// The tree.
    pub(crate) document: &'p Document<'a>,
    /// The blocks.
    pub(crate) blocks: &'p Blocks,
    /// The counts of each.
    pub(crate) measures: Vec<Measures>,
    /// Sums before each block; one more than blocks.
    sums: Vec<Sums>,
    /// How many blocks begin before each node; one more than nodes.
    begun: Vec<u32>,
    /// Each block's kind of build.
    pub(crate) builds: Vec<usize>,
    /// Sums over all blocks of a build.
    pub(crate) by_build: Vec<Sums>,
    /// How often each text stands on the page.
    pub(crate) copies: QuickMap<u64, u32>,
    /// The next long paragraphs.
    pub(crate) long: Nearest,
    /// The next headings.
    pub(crate) headings: Nearest,
    /// The next blocks that are no headings.
    pub(crate) texts: Nearest,
    /// Elements around half, and around most, of the long paragraphs.
    pub(crate) centres: [NodeId; 2],
    /// The block of the main heading.
    pub(crate) heading: Option<usize>,
    /// Words of the titles.
    pub(crate) title: Words,
    /// Words of the summary.
    pub(crate) description: Words,
    /// Runs of three words of the known body.
    pub(crate) body: HashSet<u64>,
    /// `article` elements.
    pub(crate) articles: usize,
}

/// The words of a text, to be compared.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    set: QuickSet<u32>,
    /// Whole texts.
    wholes: QuickSet<u64>,
}

impl Words {
    fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut words = Self::default();
        for text in texts {
            words.set.extend(word_hashes(text));
            words.wholes.insert(measure(text).whole);
        }
        words
    }

    /// The share of a block's words that stand in the text; 0 for no text.
    pub(crate) fn share(&self, measures: &Measures) -> f32 {
        let found = measures.hashes.iter().filter(|hash| self.set.contains(hash)).count();
        ratio(found, measures.hashes.len())
    }

    /// True when the block is the text.
    pub(crate) fn is(&self, measures: &Measures) -> bool {
        self.wholes.contains(&measures.whole)
    }
}

/// A share of two counts, 0 where there is nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of one page; a model reads them")]
pub(crate) fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

/// A block that reads like a paragraph of prose.
pub(crate) fn is_long(block: &Block, measures: &Measures) -> bool {
    let near = |part: Part, steps: u8| block.near[part as usize] <= steps;
    let beside = near(Part::Comment, 6)
        || near(Part::Footer, 4)
        || near(Part::Cookie, 6)
        || near(Part::Nav, 4)
        || near(Part::Popup, 6)
        || near(Part::Hidden, 3);
    measures.words >= 18 && measures.sentences >= 1 && block.link_bytes * 5 < block.range.len() * 2 && !beside
}

impl<'p, 'a> Context<'p, 'a> {
    /// Prepares a page.
    pub(crate) fn new(document: &'p Document<'a>, blocks: &'p Blocks, known: &Known) -> Self {
        let measures: Vec<Measures> =
            blocks.list.iter().map(|block| measure(blocks.text_of(block))).collect();
        let long: Vec<bool> =
            blocks.list.iter().zip(&measures).map(|(block, own)| is_long(block, own)).collect();
        let is_heading = |block: &Block| document.node(block.container).tag.is_heading();
        let headings: Vec<bool> = blocks.list.iter().map(is_heading).collect();
        let texts: Vec<bool> = headings.iter().map(|is_heading| !is_heading).collect();
        let mut context = Self {
            document,
            blocks,
            sums: Vec::with_capacity(measures.len() + 1),
            begun: begun(document, blocks),
            measures,
            builds: builds::kinds(document, blocks),
            by_build: Vec::new(),
            copies: QuickMap::default(),
            long: Nearest::of(&long),
            headings: Nearest::of(&headings),
            texts: Nearest::of(&texts),
            centres: [0; 2],
            heading: None,
            title: Words::of(known.titles.iter().map(String::as_str)),
            description: Words::of(known.description.iter().map(String::as_str)),
            body: known.body.as_deref().map(runs).unwrap_or_default(),
            articles: document.elements(Tag::Article).count(),
        };
        context.sum_up(&long);
        context.centres = [context.centre(0.5), context.centre(0.85)];
        context.heading = context.find_heading();
        context
    }

    fn sum_up(&mut self, long: &[bool]) {
        let kinds = self.builds.iter().max().map_or(0, |last| last + 1);
        self.by_build.resize(kinds, Sums::default());
        let mut sum = Sums::default();
        self.sums.push(sum);
        for (at, (block, measures)) in self.blocks.list.iter().zip(&self.measures).enumerate() {
            sum.add(block, measures, long[at]);
            self.sums.push(sum);
            self.by_build[self.builds[at]].add(block, measures, long[at]);
            *self.copies.entry(measures.whole).or_default() += 1;
        }
    }

    /// The blocks that an element holds.
    pub(crate) fn range_of(&self, element: NodeId) -> Range<usize> {
        let begun = |id: NodeId| self.begun[id as usize] as usize;
        begun(element + 1)..begun(self.document.node(element).end)
    }

    /// The sums over the blocks of an element.
    pub(crate) fn sums_of(&self, element: NodeId) -> Sums {
        let range = self.range_of(element);
        self.sums_between(range)
    }

    /// The sums over a run of blocks.
    pub(crate) fn sums_between(&self, range: Range<usize>) -> Sums {
        self.sums[range.end].minus(self.sums[range.start])
    }

    /// The sums over the whole page.
    pub(crate) fn total(&self) -> Sums {
        self.sums.last().copied().unwrap_or_default()
    }

    /// The innermost element that holds a share of the words in long paragraphs.
    fn centre(&self, share: f32) -> NodeId {
        let total = self.total().long;
        if total <= 0.0 {
            return 0;
        }
        let middle = self.sums.partition_point(|sums| sums.long < total / 2.0).saturating_sub(1);
        let Some(block) = self.blocks.list.get(middle) else { return 0 };
        let holds = |element: NodeId| self.sums_of(element).long >= total * share;
        std::iter::once(block.container)
            .chain(self.document.ancestors(block.container))
            .find(|&id| holds(id))
            .unwrap_or(0)
    }

    /// The block of the page's main heading: the `h1` that is most like the titles.
    fn find_heading(&self) -> Option<usize> {
        let mut best: Option<(f32, usize)> = None;
        for (at, block) in self.blocks.list.iter().enumerate() {
            let tag = self.document.node(block.container).tag;
            let bonus = match tag {
                Tag::H1 => 0.6,
                Tag::H2 => 0.2,
                _ if self.title.is(&self.measures[at]) && block.links == 0 => 0.1,
                _ => continue,
            };
            let score = bonus + self.title.share(&self.measures[at]);
            if score >= 0.7 && best.is_none_or(|(most, _)| score > most) {
                best = Some((score, at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// Elements between a block and the innermost one that it shares with another element.
    pub(crate) fn distance_to(&self, block: &Block, element: NodeId) -> usize {
        let end = self.document.node(element).end;
        let holds = |id: NodeId| id <= element && self.document.node(id).end >= end;
        std::iter::once(block.container)
            .chain(self.document.ancestors(block.container))
            .take(30)
            .position(holds)
            .unwrap_or(30)
    }

    /// The share of a block's runs of words that the known body has; -1 without one.
    pub(crate) fn share_of_body(&self, at: usize) -> f32 {
        if self.body.is_empty() {
            return -1.0;
        }
        let runs = runs_of(&self.measures[at].hashes);
        let (mut found, mut all) = (0, 0);
        for run in runs {
            found += usize::from(self.body.contains(&run));
            all += 1;
        }
        ratio(found, all)
    }
}

/// Runs of three words of a long text.
fn runs(text: &str) -> HashSet<u64> {
    // Measured line by line: only so many words of a piece are kept.
    text.lines().flat_map(|line| runs_of(&word_hashes(line)).collect::<Vec<_>>()).collect()
}

fn runs_of(hashes: &[u32]) -> impl Iterator<Item = u64> + '_ {
    let width = hashes.len().clamp(1, 3);
    hashes.windows(width).map(|words| {
        words.iter().fold(0, |run: u64, &word| {
            run.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(u64::from(word) + 1)
        })
    })
}

/// How many blocks begin before each node, so that those of an element are
/// found without a search.
fn begun(document: &Document<'_>, blocks: &Blocks) -> Vec<u32> {
    let mut begun = vec![0; document.nodes.len() + 1];
    for block in &blocks.list {
        begun[block.first as usize + 1] += 1;
    }
    let mut sum = 0;
    for count in &mut begun {
        sum += *count;
        *count = sum;
    }
    begun
}
