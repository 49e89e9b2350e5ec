//! Looks at broker and store once a second, whoever watches.

use super::history::History;
use super::{CONSUMING, Flow, STORED};
use dateline_bus::{Bus, BusStatus};
use dateline_runtime::ErrorChain;
use dateline_runtime::clock::{Clock, SystemClock};
use dateline_store::{Archive, StoreError, Totals};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior};

/// How often.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Arrivals that are shown.
const ARRIVALS: usize = 8;

/// The one that looks.
pub(crate) struct Sampler {
    bus: Bus,
    archive: Archive,
    history: History,
    /// Lags at which sources are held back and go on.
    marks: (u64, u64),
    latest: watch::Sender<Arc<Flow>>,
}

impl Sampler {
    /// With it comes where its looks are seen.
    pub(crate) fn new(bus: Bus, archive: Archive, marks: (u64, u64)) -> (Self, watch::Receiver<Arc<Flow>>) {
        let (latest, seen) = watch::channel(Arc::default());
        (Self { bus, archive, history: History::default(), marks, latest }, seen)
    }

    /// Looks for ever.
    pub(crate) async fn run(mut self) -> Infallible {
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let mut flow = Flow::clone(&self.latest.borrow());
            flow.looks += 1;
            self.look_at_broker(&mut flow).await;
            // The store itself sees to it that counting never becomes the load.
            self.look_at_store(&mut flow).await;
            self.latest.send_replace(Arc::new(flow));
        }
    }

    async fn look_at_broker(&mut self, flow: &mut Flow) {
        match self.status().await {
            Ok(status) => {
                self.history.add(Instant::now(), &status);
                flow.rates = self.history.rates();
                flow.states = self.history.states();
                flow.held = self.is_held(flow.held, &status);
                flow.ages = self.ages(&status).await;
                self.look_at_arrivals(flow, &status).await;
                (flow.broker, flow.trouble) = (Some(status), None);
            }
            Err(trouble) => {
                let looks = flow.looks;
                let (totals, arrived) = (flow.totals.take(), Arc::clone(&flow.arrived));
                let trail = std::mem::take(&mut flow.trail);
                *flow = Flow { looks, trouble: Some(trouble), totals, arrived, trail, ..Flow::default() };
                self.history = History::default();
            }
        }
        flow.trail.add(flow.looks, &flow.rates);
    }

    /// As the producers' gate does it: from the high mark on until the low one.
    fn is_held(&self, held: bool, status: &BusStatus) -> bool {
        let lag = status.consumer(CONSUMING[0]).map_or(0, dateline_bus::ConsumerStatus::lag);
        let (high, low) = self.marks;
        if held { lag > low } else { lag >= high }
    }

    /// How long the oldest unsettled message of each consumer waits.
    async fn ages(&self, status: &BusStatus) -> [Option<u64>; 2] {
        let mut ages = [None; 2];
        for (age, name) in ages.iter_mut().zip(CONSUMING) {
            let Some(consumer) = status.consumer(name).filter(|consumer| consumer.lag() > 0) else {
                continue;
            };
            if let Ok(Some(at)) = self.bus.arrival_after(&consumer.stream, consumer.ack_floor).await {
                let waited = SystemClock.now().duration_since(at).as_secs();
                *age = Some(u64::try_from(waited).unwrap_or(0));
            }
        }
        ages
    }

    async fn look_at_arrivals(&self, flow: &mut Flow, status: &BusStatus) {
        let last = |status: &BusStatus| status.stream(STORED).map(|stream| stream.last_sequence);
        if flow.broker.as_ref().and_then(last) == last(status) {
            return;
        }
        match self.bus.latest_notices(ARRIVALS).await {
            Ok(arrived) => flow.arrived = Arc::new(arrived),
            Err(error) => tracing::debug!(error = %ErrorChain(&error), "notices cannot be read"),
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

    async fn look_at_store(&mut self, flow: &mut Flow) {
        match self.totals().await {
            Ok(totals) => flow.totals = Some(totals),
            Err(error) => {
                tracing::debug!(error = %ErrorChain(&error), "store cannot be read");
                flow.totals = None;
            }
        }
    }

    async fn totals(&self) -> Result<Totals, StoreError> {
        self.archive.reader().await?.totals().await
    }
}
