//! The shared memory of all producers: state, leases, and sources added by command.
//!
//! A poll begins with [`Registry::claim`], which writes a lease into the source's state,
//! and ends with [`Registry::release`], which writes the new state. Both name the
//! revision that they replace. So of two producers one gets the lease, and one that was
//! frozen past its lease cannot overwrite what its successor wrote.

use super::definition::SourceDefinition;
use super::state::{Lease, SourceState};
use super::status::SourceStatus;
use super::websub::Subscription;
use dateline_bus::{Bus, BusError, Key, KeyValue, Revision, Write};
use dateline_model::SubjectToken;
use dateline_runtime::clock::SharedClock;
use futures::{StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::time::Duration;

/// The bucket.
const BUCKET: &str = "DATELINE_SOURCES";
/// States that are asked for at once.
const READS: usize = 32;
/// Families of keys.
const STATE: &str = "state";
const ADDED: &str = "added";
const PAUSED: &str = "paused";
const SUBSCRIBED: &str = "websub";

/// State, commands and leases in the bucket. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    bucket: KeyValue,
    clock: SharedClock,
    holder: String,
    lease: Duration,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("holder", &self.holder).finish_non_exhaustive()
    }
}

/// What came of asking for a source.
#[derive(Debug)]
pub(crate) enum Claim {
    /// It is ours until the lease ends.
    Ours(Box<Claimed>),
    /// It is not due, or another producer has it: look again then.
    NotBefore(Timestamp),
    /// Its server says that it is gone for good.
    Gone,
}

/// A source that is ours for now.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) state: SourceState,
    key: Key,
    revision: Revision,
    /// In whose name the lease is.
    holder: String,
}

impl Registry {
    /// Opens the bucket. `holder` is the name of this producer in leases, unlike any
    /// other's.
    ///
    /// # Errors
    /// When the topology has no such bucket.
    pub async fn open(
        bus: &Bus,
        clock: SharedClock,
        holder: String,
        lease: Duration,
    ) -> Result<Self, BusError> {
        Ok(Self { bucket: bus.key_value(BUCKET).await?, clock, holder, lease })
    }

    /// Takes the lease of a source that is due.
    pub(crate) async fn claim(&self, source: &SourceDefinition) -> Result<Claim, BusError> {
        let key = Key::new(STATE, &source.id());
        let (state, revision) = self.load(&key).await?;
        let mut state = state.for_address(source.url.trim());
        let now = self.clock.now();
        if state.gone.is_some() {
            return Ok(Claim::Gone);
        }
        let others = state.lease.take().filter(|lease| lease.until > now && lease.holder != self.holder);
        let others = others.map(|lease| lease.until);
        if let Some(at) = others.max(state.next_at).filter(|at| *at > now) {
            return Ok(Claim::NotBefore(at));
        }
        let mut claimed = Claimed { state, key, revision, holder: self.holder.clone() };
        Ok(if self.renew(&mut claimed).await? {
            Claim::Ours(Box::new(claimed))
        } else {
            Claim::NotBefore(now + span(self.lease / 4))
        })
    }

    /// Takes the lease of a source for what a hub delivered, due or not. The lease is not
    /// that of a poll by the same producer: neither may run beside the other.
    pub(crate) async fn claim_for_delivery(&self, source: &SourceDefinition) -> Result<Claim, BusError> {
        let key = Key::new(STATE, &source.id());
        let (state, revision) = self.load(&key).await?;
        let state = state.for_address(source.url.trim());
        let now = self.clock.now();
        if let Some(lease) = state.lease.as_ref().filter(|lease| lease.until > now) {
            return Ok(Claim::NotBefore(lease.until));
        }
        let mut claimed = Claimed { state, key, revision, holder: format!("{}-delivery", self.holder) };
        Ok(if self.renew(&mut claimed).await? {
            Claim::Ours(Box::new(claimed))
        } else {
            Claim::NotBefore(now)
        })
    }

    /// The subscription of a source at a hub, with its revision.
    pub(super) async fn subscription(
        &self,
        id: &SubjectToken,
    ) -> Result<(Option<Subscription>, Revision), BusError> {
        let key = Key::new(SUBSCRIBED, id);
        let Some(entry) = self.bucket.get(&key).await? else { return Ok((None, Revision::NONE)) };
        Ok((decode(&entry.value, &key), entry.revision))
    }

    /// Writes a subscription; `false` when another producer was faster.
    pub(super) async fn write_subscription(
        &self,
        id: &SubjectToken,
        subscription: &Subscription,
        replaces: Revision,
    ) -> Result<bool, BusError> {
        let written =
            self.bucket.put(&Key::new(SUBSCRIBED, id), encode(subscription).into(), replaces).await?;
        Ok(matches!(written, Write::Done(_)))
    }

    /// Makes the lease last a whole time again; `false` when it is lost.
    pub(crate) async fn renew(&self, claimed: &mut Claimed) -> Result<bool, BusError> {
        let until = self.clock.now() + span(self.lease);
        claimed.state.lease = Some(Lease { holder: claimed.holder.clone(), until });
        self.write(claimed).await
    }

    /// Renews the lease when half of it is gone; `false` when it is lost.
    pub(crate) async fn keep(&self, claimed: &mut Claimed) -> Result<bool, BusError> {
        let now = self.clock.now();
        let until = claimed.state.lease.as_ref().map_or(now, |lease| lease.until);
        if until > now + span(self.lease / 2) { Ok(true) } else { self.renew(claimed).await }
    }

    /// Writes the state and gives the lease back; `false` when it was lost before, and
    /// nothing was written.
    pub(crate) async fn release(&self, mut claimed: Claimed) -> Result<bool, BusError> {
        claimed.state.lease = None;
        self.write(&mut claimed).await
    }

    async fn write(&self, claimed: &mut Claimed) -> Result<bool, BusError> {
        let value = encode(&claimed.state);
        match self.bucket.put(&claimed.key, value.into(), claimed.revision).await? {
            Write::Done(revision) => {
                claimed.revision = revision;
                Ok(true)
            }
            Write::Outrun => Ok(false),
        }
    }

    /// The state of a source, as far as there is one that reads.
    async fn state(&self, id: &SubjectToken) -> Result<SourceState, BusError> {
        Ok(self.load(&Key::new(STATE, id)).await?.0)
    }

    async fn load(&self, key: &Key) -> Result<(SourceState, Revision), BusError> {
        let Some(entry) = self.bucket.get(key).await? else {
            return Ok((SourceState::default(), Revision::NONE));
        };
        let state = decode(&entry.value, key).unwrap_or_default();
        Ok((state, entry.revision))
    }

    /// What is known of a source, for people.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn status(&self, source: &SourceDefinition) -> Result<SourceStatus, BusError> {
        let paused = self.bucket.get(&Key::new(PAUSED, &source.id())).await?.is_some();
        let state = self.state(&source.id()).await?;
        Ok(SourceStatus::new(source, &state, paused || source.paused, self.clock.now()))
    }

    /// What is known of many sources, in their order.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn statuses(&self, sources: &[SourceDefinition]) -> Result<Vec<SourceStatus>, BusError> {
        let paused = self.paused().await?;
        let asked: Vec<_> = sources.iter().map(|source| self.status_among(source, &paused)).collect();
        futures::stream::iter(asked).buffered(READS).try_collect().await
    }

    async fn status_among(
        &self,
        source: &SourceDefinition,
        paused: &BTreeSet<SubjectToken>,
    ) -> Result<SourceStatus, BusError> {
        let state = self.state(&source.id()).await?;
        let paused = source.paused || paused.contains(&source.id());
        Ok(SourceStatus::new(source, &state, paused, self.clock.now()))
    }

    /// Forgets everything about a source but that it exists: it is polled at once, and
    /// its next answer is read whatever its validators say. What was seen is kept.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn wake(&self, id: &SubjectToken) -> Result<bool, BusError> {
        let key = Key::new(STATE, id);
        let (state, revision) = self.load(&key).await?;
        let woken = SourceState {
            configured: state.configured,
            seen: state.seen,
            articles: state.articles,
            title: state.title,
            rhythm: state.rhythm,
            last_new: state.last_new,
            lease: state.lease,
            ..SourceState::default()
        };
        Ok(matches!(self.bucket.put(&key, encode(&woken).into(), revision).await?, Write::Done(_)))
    }

    /// Sources that were added by command.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn added(&self) -> Result<Vec<SourceDefinition>, BusError> {
        let mut sources = Vec::new();
        for name in self.bucket.names(ADDED).await? {
            let key = Key::new(ADDED, &name);
            if let Some(entry) = self.bucket.get(&key).await? {
                sources.extend(decode::<SourceDefinition>(&entry.value, &key));
            }
        }
        Ok(sources)
    }

    /// Adds a source, or replaces the one of the same id.
    ///
    /// # Errors
    /// When the broker does not take it.
    pub async fn add(&self, source: &SourceDefinition) -> Result<(), BusError> {
        let key = Key::new(ADDED, &source.id());
        loop {
            let revision = self.bucket.get(&key).await?.map_or(Revision::NONE, |entry| entry.revision);
            if let Write::Done(_) = self.bucket.put(&key, encode(source).into(), revision).await? {
                return Ok(());
            }
        }
    }

    /// Takes out a source that was added, with everything that is known of it.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn remove(&self, id: &SubjectToken) -> Result<bool, BusError> {
        let removed = self.bucket.delete(&Key::new(ADDED, id)).await?;
        for family in [PAUSED, STATE, SUBSCRIBED] {
            self.bucket.delete(&Key::new(family, id)).await?;
        }
        Ok(removed)
    }

    /// Leaves a source alone until [`Registry::resume`].
    ///
    /// # Errors
    /// When the broker does not take it.
    pub async fn pause(&self, id: &SubjectToken) -> Result<(), BusError> {
        let since = self.clock.now().to_string();
        // Outrun means that it is paused already.
        self.bucket.put(&Key::new(PAUSED, id), since.into(), Revision::NONE).await.map(drop)
    }

    /// Polls a paused source again, and one that was given up as gone.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn resume(&self, id: &SubjectToken) -> Result<(), BusError> {
        self.bucket.delete(&Key::new(PAUSED, id)).await?;
        // A poll that ends at the same moment may outrun it.
        while !self.wake(id).await? {}
        Ok(())
    }

    /// Sources that are paused by command.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub async fn paused(&self) -> Result<BTreeSet<SubjectToken>, BusError> {
        Ok(self.bucket.names(PAUSED).await?.into_iter().collect())
    }
}

fn span(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("state has only string keys, so it always serialises")
}

/// State that does not read is worth a poll from the start, not a stop.
fn decode<T: DeserializeOwned>(value: &[u8], key: &Key) -> Option<T> {
    serde_json::from_slice(value)
        .inspect_err(|error| tracing::warn!(%key, %error, "state of a source does not read, starting over"))
        .ok()
}
