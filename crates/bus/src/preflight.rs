//! Creates the topology and reads it back: no surprises from the server.

use crate::inspect::is_missing_stream;
use crate::{Bus, BusError, ConsumerDefinition, PersistRule, StreamDefinition};
use async_nats::jetstream::stream::PersistenceMode;
use async_nats::jetstream::{consumer, stream};
use std::time::Duration;

/// Oldest server that does not lose a stream at kill -9 (LESSONS of the field:
/// 2.10.23 fixed it).
const SAFE_VERSION: (u32, u32, u32) = (2, 10, 23);

/// Oldest server that takes several messages as one atomic batch.
const BATCH_VERSION: (u32, u32, u32) = (2, 12, 0);

/// The stream's setting for that.
const ATOMIC: &str = "allow_atomic_publish";

/// What the preflight found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    /// Version that the server states.
    pub server_version: String,
    /// What a person should know, most serious first.
    pub findings: Vec<Finding>,
}

/// One thing that is not as asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Whether a promise of the pipeline hangs on it.
    pub breaks_promise: bool,
    /// What it is and what to do about it.
    pub message: String,
}

impl Finding {
    fn warning(message: String) -> Self {
        Self { breaks_promise: false, message }
    }

    fn broken(message: String) -> Self {
        Self { breaks_promise: true, message }
    }
}

/// Creates what is missing and compares what is there.
pub(crate) async fn run(bus: &Bus) -> Result<Preflight, BusError> {
    let info = bus.client().server_info();
    let mut findings = version_findings(&info.version);
    let batches = version_of(&info.version) >= BATCH_VERSION;
    if !info.headers {
        findings.push(Finding::broken("the server has message headers switched off; enable them".to_owned()));
    }
    // What a batch saves is waiting for a disk, or for the other copies; to a server that waits
    // for neither it is work for nothing.
    let saves = bus.config().writes_through || bus.config().replicas > 1;
    let mut families = Vec::new();
    for definition in &bus.topology().streams {
        let kept = ensure_stream(bus, &wanted_stream(definition, bus.config().replicas, batches)).await?;
        findings.extend(kept.findings);
        if kept.takes_batches && saves {
            families.extend(definition.families());
        }
    }
    bus.set_takes_batches(families);
    for definition in &bus.topology().buckets {
        findings.extend(ensure_stream(bus, &definition.to_config(bus.config().replicas)).await?.findings);
    }
    for definition in &bus.topology().consumers {
        findings.extend(ensure_consumer(bus, definition).await?);
    }
    findings.sort_by_key(|finding| !finding.breaks_promise);
    for finding in &findings {
        tracing::warn!(
            finding = finding.message,
            breaks_promise = finding.breaks_promise,
            "broker preflight"
        );
    }
    match findings.iter().find(|finding| finding.breaks_promise) {
        Some(finding) => Err(BusError::Preflight(finding.message.clone())),
        None => Ok(Preflight { server_version: info.version, findings }),
    }
}

/// Major, minor, patch; what cannot be read counts as 0.
fn version_of(version: &str) -> (u32, u32, u32) {
    let mut numbers = version.split(['.', '-']).map_while(|part| part.parse().ok());
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}

pub(crate) fn version_findings(version: &str) -> Vec<Finding> {
    if version_of(version) >= SAFE_VERSION {
        return Vec::new();
    }
    vec![Finding::warning(format!(
        "nats-server {version} is older than 2.10.23: a crash can lose a whole stream, and newer settings are \
         dropped silently; upgrade the server"
    ))]
}

/// What the server is asked for. One that is old enough to take no batches knows no other
/// persistence either, and a stream has one of the two.
fn wanted_stream(definition: &StreamDefinition, replicas: usize, is_new: bool) -> stream::Config {
    let later = is_new && definition.persist == PersistRule::Async && replicas == 1;
    stream::Config {
        allow_atomic_publish: is_new && !later,
        persist_mode: later.then_some(PersistenceMode::Async),
        ..definition.to_config(replicas)
    }
}

/// A stream as the server has it.
struct Kept {
    findings: Vec<Finding>,
    takes_batches: bool,
}

impl Kept {
    fn of(wanted: &stream::Config, found: &stream::Config) -> Self {
        let differences = stream_differences(wanted, found).into_iter();
        Self {
            findings: differences.map(|difference| difference.finding(&wanted.name)).collect(),
            takes_batches: found.allow_atomic_publish,
        }
    }
}

/// Creates a stream, or widens an existing one to its definition. Existing
/// limits are never lowered: that could discard data.
async fn ensure_stream(bus: &Bus, wanted: &stream::Config) -> Result<Kept, BusError> {
    let name = &wanted.name;
    let context = bus.context();
    let existing = match context.get_stream(name).await {
        Ok(stream) => stream.cached_info().config.clone(),
        // Anything but its absence is no reason to make it.
        Err(error) if !is_missing_stream(&error) => {
            return Err(BusError::topology("read stream", name, error));
        }
        Err(_) => context
            .create_stream(wanted)
            .await
            .map_err(|source| BusError::topology("create stream", name, source))?
            .cached_info()
            .config
            .clone(),
    };
    // How a stream persists stays as it was made, and one that does so later has one replica.
    let is_later = existing.persist_mode == Some(PersistenceMode::Async);
    let wanted =
        &stream::Config { allow_atomic_publish: wanted.allow_atomic_publish && !is_later, ..wanted.clone() };
    let merged = stream::Config {
        subjects: wanted.subjects.clone(),
        discard: wanted.discard,
        max_messages_per_subject: wanted.max_messages_per_subject,
        max_bytes: if existing.max_bytes < 0 {
            existing.max_bytes
        } else {
            wanted.max_bytes.max(existing.max_bytes)
        },
        max_age: longer_age(wanted.max_age, existing.max_age),
        duplicate_window: wanted.duplicate_window,
        num_replicas: if is_later { 1 } else { wanted.num_replicas.max(existing.num_replicas) },
        allow_atomic_publish: wanted.allow_atomic_publish,
        ..existing.clone()
    };
    // Nothing that could be changed: who may not change streams need not be able to.
    if merged == existing {
        return Ok(Kept::of(wanted, &existing));
    }
    let updated = context
        .update_stream(&merged)
        .await
        .map_err(|source| BusError::topology("update stream", name, source))?;
    Ok(Kept::of(wanted, &updated.config))
}

/// Zero stands for no limit.
fn longer_age(one: Duration, other: Duration) -> Duration {
    if one.is_zero() || other.is_zero() { Duration::ZERO } else { one.max(other) }
}

/// A field that the server holds otherwise than asked for.
pub(crate) struct Difference {
    field: &'static str,
    wanted: String,
    found: String,
    breaks_promise: bool,
}

impl Difference {
    pub(crate) fn finding(self, name: &str) -> Finding {
        let Self { field, wanted, found, breaks_promise } = self;
        let message = format!("{name}: {field} should be {wanted}, the server has {found}");
        if breaks_promise {
            Finding::broken(format!("{message}; {}", remedy(field)))
        } else {
            Finding::warning(message)
        }
    }
}

/// What a person can do about a field that the server does not change. Nothing of it happens by
/// itself: a stream that is deleted takes what it holds with it.
fn remedy(field: &str) -> &'static str {
    match field {
        "retention" | "storage" => {
            "a server does not change it: stop the producers, let the stages drain (`dateline status`), back \
             the stream up (`nats stream backup`), delete it (`nats stream rm`) and start again"
        }
        "ack_policy" | "deliver_policy" => {
            "a server does not change it: stop the stage, delete the consumer (`nats consumer rm`) and start \
             again; what the stream still holds is worked through once more, which stores nothing twice"
        }
        _ => "upgrade the server, or change the definition that nats.topology names",
    }
}

fn difference<T: PartialEq + std::fmt::Debug>(
    field: &'static str,
    wanted: &T,
    found: &T,
    breaks_promise: bool,
) -> Option<Difference> {
    (wanted != found).then(|| Difference {
        field,
        wanted: format!("{wanted:?}"),
        found: format!("{found:?}"),
        breaks_promise,
    })
}

pub(crate) fn stream_differences(wanted: &stream::Config, found: &stream::Config) -> Vec<Difference> {
    // Messages that stay longer than asked for break no promise.
    let too_short = longer_age(wanted.max_age, found.max_age) != found.max_age;
    [
        difference("subjects", &wanted.subjects, &found.subjects, true),
        difference("retention", &wanted.retention, &found.retention, true),
        difference("storage", &wanted.storage, &found.storage, true),
        difference("discard", &wanted.discard, &found.discard, true),
        difference(
            "max_msgs_per_subject",
            &wanted.max_messages_per_subject,
            &found.max_messages_per_subject,
            true,
        ),
        difference("max_age", &wanted.max_age, &found.max_age, too_short),
        difference("max_bytes", &wanted.max_bytes, &found.max_bytes, false),
        difference("duplicate_window", &wanted.duplicate_window, &found.duplicate_window, false),
        difference(ATOMIC, &wanted.allow_atomic_publish, &found.allow_atomic_publish, false),
        difference("num_replicas", &wanted.num_replicas, &found.num_replicas, false),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn ensure_consumer(bus: &Bus, definition: &ConsumerDefinition) -> Result<Vec<Finding>, BusError> {
    let name = format!("{}/{}", definition.stream, definition.name);
    let wanted = definition.to_config();
    // Read first: who may only work, and not change the topology, finds it as it should be.
    if let Some(found) = existing_consumer(bus, definition).await
        && consumer_differences(&wanted, &found).is_empty()
    {
        return Ok(Vec::new());
    }
    // Creating a durable consumer again with changed settings updates it.
    let created: Result<consumer::PullConsumer, _> =
        bus.context().create_consumer_on_stream(wanted.clone(), &definition.stream).await;
    let found = match created {
        Ok(created) => created.cached_info().config.clone(),
        // The server refuses what it cannot change: what is there says why.
        Err(refused) => existing_consumer(bus, definition)
            .await
            .filter(|found| !consumer_differences(&wanted, found).is_empty())
            .ok_or_else(|| BusError::topology("create consumer", &name, refused))?,
    };
    let differences = consumer_differences(&wanted, &found);
    Ok(differences.into_iter().map(|difference| difference.finding(&name)).collect())
}

pub(crate) fn consumer_differences(
    wanted: &consumer::pull::Config,
    found: &consumer::Config,
) -> Vec<Difference> {
    [
        difference("ack_policy", &wanted.ack_policy, &found.ack_policy, true),
        difference("deliver_policy", &wanted.deliver_policy, &found.deliver_policy, true),
        difference("max_deliver", &wanted.max_deliver, &found.max_deliver, true),
        difference("filter_subject", &wanted.filter_subject, &found.filter_subject, true),
        difference("ack_wait", &wanted.ack_wait, &found.ack_wait, false),
        difference("max_ack_pending", &wanted.max_ack_pending, &found.max_ack_pending, false),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The consumer as it is, if it can be read.
async fn existing_consumer(bus: &Bus, definition: &ConsumerDefinition) -> Option<consumer::Config> {
    let stream = bus.context().get_stream_no_info(&definition.stream).await.ok()?;
    Some(stream.consumer_info(&definition.name).await.ok()?.config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_servers_are_named() {
        for (version, findings) in
            [("2.9.10", 1), ("2.10.22", 1), ("2.10.23", 0), ("2.15.1", 0), ("2.11.0-RC.1", 0), ("", 1)]
        {
            assert_eq!(version_findings(version).len(), findings, "{version}");
        }
    }

    #[test]
    fn a_dropped_field_is_named_with_both_values() {
        let wanted = stream::Config { max_bytes: 10, ..stream::Config::default() };
        let found = stream::Config { discard: stream::DiscardPolicy::New, ..stream::Config::default() };
        let findings: Vec<Finding> =
            stream_differences(&wanted, &found).into_iter().map(|d| d.finding("RAW")).collect();
        assert!(findings[0].breaks_promise);
        let told = &findings[0].message;
        assert!(told.starts_with("RAW: discard should be Old, the server has New; upgrade"), "{told}");
        assert_eq!(findings[1], Finding::warning("RAW: max_bytes should be 10, the server has 0".into()));
    }
}
