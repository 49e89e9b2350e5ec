//! Inputs that are accepted side by side: a broker that writes everything through to its disk keeps
//! many of them in the time of one.
//!
//! They are settled in the order in which they came. Two with versions of one article go one after the
//! other: were the newer one in the pipeline while the older one can still fail, the older one would
//! come again later and count as the newer.

use crate::acceptor::{Acceptor, InputReport};
use crate::input::ReadInput;
use dateline_bus::BusError;
use dateline_model::ArticleId;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;
use std::collections::{HashSet, VecDeque};
use tokio_util::sync::CancellationToken;

/// Most inputs at once.
const INPUTS: usize = 16;
/// Most bytes of them, but for one that is larger by itself.
const BYTES: usize = 8 << 20;

/// What an input is for its source, and what became of it.
pub(crate) type Settled<K> = (K, Result<InputReport, BusError>);

/// The inputs under way.
pub(crate) struct SideBySide<'a, K> {
    acceptor: &'a Acceptor,
    stop: &'a CancellationToken,
    under_way: FuturesOrdered<BoxFuture<'a, Settled<K>>>,
    room: Room,
}

impl<'a, K: Send + 'a> SideBySide<'a, K> {
    pub(crate) fn new(acceptor: &'a Acceptor, stop: &'a CancellationToken) -> Self {
        Self { acceptor, stop, under_way: FuturesOrdered::new(), room: Room::default() }
    }

    /// Whether this one may begin.
    pub(crate) fn has_room(&self, input: &ReadInput) -> bool {
        self.room.is_for(input)
    }

    /// Accepts one more.
    pub(crate) fn begin(&mut self, key: K, input: ReadInput) {
        self.room.take(&input);
        let (acceptor, stop) = (self.acceptor, self.stop);
        self.under_way.push_back(Box::pin(async move { (key, acceptor.accept_read(input, stop).await) }));
    }

    /// The first of those under way, once it is accepted; `None` where there is none.
    pub(crate) async fn next(&mut self) -> Option<Settled<K>> {
        let settled = self.under_way.next().await?;
        self.room.free();
        Some(settled)
    }
}

/// What the inputs under way keep others from, the first one first.
#[derive(Debug, Default)]
struct Room(VecDeque<Held>);

#[derive(Debug)]
struct Held {
    bytes: usize,
    articles: HashSet<ArticleId>,
}

impl Room {
    fn is_for(&self, input: &ReadInput) -> bool {
        let bytes: usize = self.0.iter().map(|held| held.bytes).sum();
        let is_held = |id| self.0.iter().any(|held| held.articles.contains(&id));
        let is_within = self.0.len() < INPUTS && bytes + input.bytes.len() <= BYTES;
        self.0.is_empty() || is_within && !input.ids().any(is_held)
    }

    fn take(&mut self, input: &ReadInput) {
        self.0.push_back(Held { bytes: input.bytes.len(), articles: input.ids().collect() });
    }

    fn free(&mut self) {
        self.0.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_extract::{Format, Limits};
    use dateline_model::{Source, SourceKind};
    use jiff::Timestamp;

    /// Articles with these addresses in so many bytes.
    async fn input(addresses: &[&str], bytes: usize) -> ReadInput {
        let article = |address| format!("{{\"url\":\"https://e.org/{address}\",\"text\":\"Text.\"}}\n");
        let mut lines: String = addresses.iter().map(article).collect();
        lines.extend(std::iter::repeat_n('\n', bytes.saturating_sub(lines.len())));
        let (source, now) = (Source::new("wire", SourceKind::File), Timestamp::UNIX_EPOCH);
        let bytes = lines.into_bytes().into();
        let read = ReadInput::of("a.jsonl", bytes, Format::JsonLines, source, Limits::default(), now).await;
        assert_eq!(read.ids().count(), addresses.len());
        read
    }

    #[tokio::test]
    async fn articles_under_way_keep_their_versions_waiting() {
        let mut room = Room::default();
        room.take(&input(&["a", "b"], 0).await);
        room.take(&input(&["c"], 0).await);
        assert!(room.is_for(&input(&["d"], 0).await));
        assert!(!room.is_for(&input(&["d", "b"], 0).await));
        room.free();
        assert!(room.is_for(&input(&["d", "b"], 0).await));
        assert!(!room.is_for(&input(&["c"], 0).await));
    }

    #[tokio::test]
    async fn only_so_many_are_under_way() {
        let mut room = Room::default();
        for number in 0..INPUTS {
            let input = input(&[&number.to_string()], 0).await;
            assert!(room.is_for(&input));
            room.take(&input);
        }
        assert!(!room.is_for(&input(&["another"], 0).await));
    }

    #[tokio::test]
    async fn a_large_one_goes_by_itself() {
        let mut room = Room::default();
        let large = input(&["large"], BYTES + 1).await;
        assert!(room.is_for(&large));
        room.take(&large);
        assert!(!room.is_for(&input(&["small"], 0).await));
        room.free();
        room.take(&input(&["small"], 0).await);
        assert!(!room.is_for(&large));
    }
}
