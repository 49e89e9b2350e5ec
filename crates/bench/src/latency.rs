//! From intake to commit, at a steady load.
//!
//! Articles are sent by the clock, whether or not earlier ones have arrived (an open
//! loop), so that a pipeline that falls behind shows it. Each counts from the moment at
//! which it was due.

use crate::phases::{Running, acceptor, source};
use crate::report::median;
use crate::rig::Rig;
use crate::{BenchError, Latency};
use dateline_extract::{Format, Input, extract};
use dateline_model::Article;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// Seconds of each load whose articles are not counted: batches and caches settle.
const WARM_UP: u64 = 2;

/// One load, held once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    articles: usize,
    p50: f64,
    p95: f64,
    p99: f64,
}

impl Latency {
    /// What the rounds of one load say together.
    pub(crate) fn of(load: f64, rate: f64, rounds: &[Held]) -> Self {
        let each = |percentile: fn(&Held) -> f64| rounds.iter().map(percentile).collect::<Vec<_>>();
        let p99_rounds = each(|held| held.p99);
        Self {
            load,
            rate,
            articles: rounds.iter().map(|held| held.articles).sum(),
            p50: median(&each(|held| held.p50)),
            p95: median(&each(|held| held.p95)),
            p99: median(&p99_rounds),
            p99_rounds,
        }
    }
}

impl Rig {
    /// Holds `rate` articles a second for so many seconds.
    pub(crate) async fn latency(&self, rate: f64, seconds: u64) -> Result<Held, BenchError> {
        self.rest().await?;
        let (_place, store) = self.store().await?;
        let buses = futures::future::try_join_all((0..3).map(|_| self.another_bus())).await?;
        let mut running = Running::new();
        running.enricher(self, &buses[0]);
        running.sink(self, &buses[1], store.clone());
        let warm = self.send(&buses[2], rate, WARM_UP).await?;
        self.stored(&store, warm).await?;
        drop(store.take_ages());
        let sent = self.send(&buses[2], rate, seconds).await?;
        self.stored(&store, warm + sent).await?;
        running.stop().await?;
        let mut ages = store.take_ages();
        ages.sort_unstable();
        let at = |share| percentile(&ages, share).as_secs_f64() * 1000.0;
        Ok(Held { articles: ages.len(), p50: at(0.50), p95: at(0.95), p99: at(0.99) })
    }

    /// Sends at a steady rate and gives how many were sent, once all are acknowledged.
    async fn send(&self, bus: &dateline_bus::Bus, rate: f64, seconds: u64) -> Result<u64, BenchError> {
        let (acceptor, stop) = (acceptor(self, bus), CancellationToken::new());
        let count = due(Duration::from_secs(seconds), rate);
        let mut articles = self.extracted(count)?.into_iter();
        let mut accepts = tokio::task::JoinSet::new();
        let started = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(1));
        tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut sent = 0;
        while sent < count {
            tick.tick().await;
            let now = self.clock.now();
            for article in articles.by_ref().take(due(started.elapsed(), rate).min(count) - sent) {
                let (acceptor, stop) = (acceptor.clone(), stop.clone());
                accepts.spawn(async move { acceptor.accept(article, &source(), now, None, &stop).await });
                sent += 1;
            }
        }
        for accepted in accepts.join_all().await {
            accepted?;
        }
        Ok(sent as u64)
    }

    /// So many articles, ready to be sent.
    fn extracted(&self, count: usize) -> Result<Vec<Article>, BenchError> {
        let inputs = self.inputs(count);
        let read = inputs.iter().flat_map(|input| {
            let input = Input::new("load.jsonl", input).with_format(Format::JsonLines);
            extract(&input, &self.settings.limits)
        });
        let articles: Option<Vec<Article>> = read.map(Result::ok).collect();
        // With fewer the load would never have been sent.
        articles
            .filter(|articles| articles.len() == count)
            .ok_or(BenchError::Plan("its articles cannot all be read with these limits"))
    }
}

/// How many articles are due after so long.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of articles is small and not negative"
)]
fn due(elapsed: Duration, rate: f64) -> usize {
    (elapsed.as_secs_f64() * rate) as usize
}

/// The value below which this share of the sorted values lies.
fn percentile(sorted: &[Duration], share: f64) -> Duration {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index into a list that fits into memory"
    )]
    let index = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(index.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank() {
        let values: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        let check = |share, millis| assert_eq!(percentile(&values, share), Duration::from_millis(millis));
        check(0.50, 50);
        check(0.95, 95);
        check(0.99, 99);
        check(1.0, 100);
        assert_eq!(percentile(&[], 0.5), Duration::ZERO);
    }

    #[test]
    fn the_middle_round_counts_and_the_worst_is_kept() {
        let round = |p99| Held { articles: 10, p50: p99 / 4.0, p95: p99 / 2.0, p99 };
        let latency = Latency::of(0.5, 100.0, &[round(40.0), round(400.0), round(80.0)]);
        assert_eq!((latency.articles, latency.p99_rounds.len()), (30, 3));
        let times = [latency.p50, latency.p95, latency.p99, latency.worst_p99()];
        let wanted = [20.0, 40.0, 80.0, 400.0];
        assert!(times.iter().zip(wanted).all(|(is, wanted)| (is - wanted).abs() < 1e-9), "{times:?}");
    }

    #[test]
    fn what_is_due_follows_the_clock() {
        assert_eq!(due(Duration::from_millis(500), 100.0), 50);
        assert_eq!(due(Duration::ZERO, 100.0), 0);
    }
}
