//! Looks at broker and store once a second, whoever watches.

use super::Flow;
use super::history::History;
use crate::archive::Archive;
use dateline_bus::{Bus, BusStatus};
use dateline_runtime::ErrorChain;
use dateline_store::{Hit, Order, Query, SearchRequest, StoreError, Totals};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior};

/// How often.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Newest articles kept for the flow page.
const NEWEST: usize = 8;
/// The store is asked so many times less than its answers take: counting the rows
/// of a large one never becomes the load.
const REST: u32 = 20;

/// The one that looks.
pub(crate) struct Sampler {
    bus: Bus,
    archive: Archive,
    history: History,
    latest: watch::Sender<Arc<Flow>>,
}

impl Sampler {
    /// With it comes where its looks are seen.
    pub(crate) fn new(bus: Bus, archive: Archive) -> (Self, watch::Receiver<Arc<Flow>>) {
        let (latest, seen) = watch::channel(Arc::default());
        (Self { bus, archive, history: History::default(), latest }, seen)
    }

    /// Looks for ever.
    pub(crate) async fn run(mut self) -> Infallible {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut next_count = Instant::now();
        loop {
            ticks.tick().await;
            let mut flow = Flow::clone(&self.latest.borrow());
            flow.looks += 1;
            self.look_at_broker(&mut flow).await;
            let begun = Instant::now();
            if begun >= next_count {
                self.look_at_store(&mut flow).await;
                next_count = Instant::now() + begun.elapsed() * REST;
            }
            self.latest.send_replace(Arc::new(flow));
        }
    }

    async fn look_at_broker(&mut self, flow: &mut Flow) {
        match self.status().await {
            Ok(status) => {
                self.history.add(Instant::now(), &status);
                (flow.broker, flow.trouble) = (Some(status), None);
                flow.rates = self.history.rates();
                flow.states = self.history.states();
            }
            Err(trouble) => {
                let looks = flow.looks;
                let (totals, newest) = (flow.totals.take(), Arc::clone(&flow.newest));
                *flow = Flow { looks, trouble: Some(trouble), totals, newest, ..Flow::default() };
                self.history = History::default();
            }
        }
    }

    async fn status(&self) -> Result<BusStatus, String> {
        if !self.bus.is_connected() {
            return Err("the connection is down; it is made again by itself".to_owned());
        }
        match tokio::time::timeout(PATIENCE, self.bus.status()).await {
            Ok(Ok(status)) => Ok(status),
            Ok(Err(error)) => Err(ErrorChain(&error).to_string()),
            Err(_) => Err("it takes too long to answer".to_owned()),
        }
    }

    async fn look_at_store(&self, flow: &mut Flow) {
        match self.totals().await {
            Ok(totals) if flow.totals.as_ref() == Some(&totals) => {}
            Ok(totals) => {
                flow.totals = Some(totals);
                match self.newest().await {
                    Ok(newest) => flow.newest = Arc::new(newest),
                    Err(error) => {
                        tracing::debug!(error = %ErrorChain(&error), "newest articles cannot be read");
                    }
                }
            }
            Err(error) => {
                tracing::debug!(error = %ErrorChain(&error), "store cannot be read");
                flow.totals = None;
            }
        }
    }

    async fn totals(&self) -> Result<Totals, StoreError> {
        self.archive.reader().await?.totals().await
    }

    async fn newest(&self) -> Result<Vec<Hit>, StoreError> {
        let request =
            SearchRequest { order: Order::Newest, limit: NEWEST, ..SearchRequest::new(Query::default()) };
        Ok(self.archive.reader().await?.search(request).await?.hits)
    }
}
