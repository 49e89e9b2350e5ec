//! A poll whose answer a hub brought.

use super::{Cut, Poller, Taken};
use crate::acceptor::Asked;
use crate::feeds::definition::SourceDefinition;
use crate::feeds::registry::{Claim, Claimed};
use crate::feeds::state::SourceState;
use crate::fetch::{Body, Fetched, Validators};
use dateline_bus::BusError;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How often a source that is being polled is asked for again, and how long to wait between.
const CLAIMS: u32 = 25;
const PAUSE: Duration = Duration::from_millis(200);

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::feeds) enum Delivered {
    /// Everything in it is in the pipeline.
    Taken,
    /// It is no feed.
    Unreadable,
    /// The source was being polled all the time.
    Busy,
}

impl Poller {
    /// Takes in what a hub delivered, as a poll would.
    ///
    /// # Errors
    /// When the broker does not answer, or at `stop`: the hub delivers again.
    pub(in crate::feeds) async fn deliver(
        &self,
        source: &SourceDefinition,
        topic: &str,
        body: Body,
        stop: &CancellationToken,
    ) -> Result<Delivered, BusError> {
        let Ok(url) = Url::parse(topic) else { return Ok(Delivered::Unreadable) };
        let Ok(mut reading) = self.read(&url, body.clone()).await else { return Ok(Delivered::Unreadable) };
        reading.leave_half_item(false);
        let Some(mut claimed) = self.claim_patiently(source, stop).await? else { return Ok(Delivered::Busy) };
        let fetched = Fetched {
            url,
            moved_to: None,
            validators: Validators::default(),
            max_age: None,
            links: Vec::new(),
            body: None,
            // Nothing was asked for: the hub came.
            asked: Asked { at: self.clock.0.now(), took: Duration::ZERO },
        };
        match self.take(source, &mut claimed, fetched, 0, (reading, &body), stop).await {
            Ok(taken) => {
                claimed.state.hub_until = self.hub_until(source).await?;
                self.note_delivery(source, &mut claimed.state, taken);
                self.registry.release(claimed).await?;
                Ok(Delivered::Taken)
            }
            Err(Cut::LeaseLost) => Ok(Delivered::Busy),
            Err(Cut::Bus(error)) => {
                drop(self.registry.release(claimed).await);
                Err(error)
            }
        }
    }

    async fn claim_patiently(
        &self,
        source: &SourceDefinition,
        stop: &CancellationToken,
    ) -> Result<Option<Claimed>, BusError> {
        for _ in 0..CLAIMS {
            match self.registry.claim_for_delivery(source).await? {
                Claim::Ours(claimed) => return Ok(Some(*claimed)),
                Claim::Gone => return Ok(None),
                Claim::NotBefore(_) => {}
            }
            if stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
                return Err(BusError::Stopped);
            }
        }
        Ok(None)
    }

    /// Remembers what came; validators and hash stay those of the last poll, for a delivery may
    /// hold less than the feed.
    fn note_delivery(&self, source: &SourceDefinition, state: &mut SourceState, taken: Taken) {
        let now = self.now();
        let Taken { remembered, faults, new, changed, waiting, unfinished, .. } = taken;
        state.seen.remember(remembered, self.config.seen_items);
        state.faults.extend(faults);
        state.faults.truncate(super::FAULTS);
        state.articles += (new + changed) as u64;
        state.hub_delivers = true;
        if new > 0 {
            state.last_new = Some(now);
        }
        // What waits for its page, or was cut off, is what the next poll is for.
        state.unfinished |= unfinished;
        let next = self.next_poll(source, state, now);
        state.next_at = Some(if waiting > 0 { next.min(self.soon(source)) } else { next });
        self.metrics.taken(&source.id(), new, changed);
        self.watch_silence(source, state, now);
    }
}
