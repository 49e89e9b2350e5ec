//! Streams and consumers are created, read back, widened and never lowered.

use crate::support::{Rig, connect};
use async_nats::jetstream::stream::PersistenceMode;
use dateline_bus::{
    Bus, DiscardRule, Inspected, InspectedState, NatsConfig, Outgoing, PersistRule, Subject, Topology,
};
use dateline_model::{Source, SourceKind};
use dateline_runtime::Disposition;
use dateline_runtime::units::{ByteSize, HumanDuration};
use dateline_testkit::{NatsCluster, NatsServer, PATIENCE, Sync, eventually};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test]
async fn a_fresh_server_gets_everything_and_nothing_is_found_wrong() {
    let server = NatsServer::start();
    let bus = connect(&server, Topology::built_in()).await;
    let preflight = bus.prepare().await.unwrap();
    assert_eq!(preflight.findings, []);
    assert!(preflight.server_version.starts_with("2."), "{}", preflight.server_version);
    let status = bus.status().await.unwrap();
    let names: Vec<&str> = status.streams.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "DATELINE_RAW",
            "DATELINE_ENRICHED",
            "DATELINE_STORED",
            "DATELINE_DEAD",
            "DATELINE_DROPPED",
            "DATELINE_TRIALS",
            "DATELINE_ADVISORIES"
        ]
    );
    assert_eq!(status.stream("DATELINE_DEAD").unwrap().max_bytes, 1 << 30);
    assert!(status.consumer("enricher").is_some() && status.consumer("sink").is_some());
    assert_eq!(bus.prepare().await.unwrap(), preflight, "a second time");
}

/// The notice board alone may be written after its acknowledgement, where it is made so. One
/// that is there already stays as it is, and takes notices all the same.
#[tokio::test]
async fn how_a_stream_persists_is_asked_for_once_and_never_changed() {
    for (made, asked) in [
        (PersistRule::Async, PersistRule::Async),
        (PersistRule::Acknowledged, PersistRule::Async),
        (PersistRule::Async, PersistRule::Acknowledged),
    ] {
        let server = NatsServer::start();
        let with = |rule| {
            let mut topology = Topology::built_in();
            assert!(topology.streams.iter().all(|stream| {
                (stream.persist == PersistRule::Async) == (stream.name == "DATELINE_STORED")
            }));
            topology.streams[2].persist = rule;
            topology
        };
        for rule in [made, asked, asked] {
            let bus = connect(&server, with(rule)).await;
            assert_eq!(bus.prepare().await.unwrap().findings, [], "{made:?}, then {asked:?}");
            let publisher = bus.publisher();
            let notices = (0..40).map(|_| publisher.publish(notice()));
            let receipts = futures::future::join_all(notices).await;
            assert!(receipts.iter().all(Result::is_ok), "{receipts:?}");
        }
        let client = async_nats::connect(server.url()).await.unwrap();
        let mut board = async_nats::jetstream::new(client).get_stream("DATELINE_STORED").await.unwrap();
        assert_eq!(board.info().await.unwrap().state.messages, 120);
        let mode = board.cached_info().config.persist_mode.unwrap_or_default();
        assert_eq!(mode == PersistenceMode::Async, made == PersistRule::Async, "{mode:?}");
    }
}

/// A message for the notice board that no other has the id of.
fn notice() -> Outgoing {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let source = Source::new("wire", SourceKind::Push);
    let id = format!("notice-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    Outgoing { subject: Subject::stored("en", &source), ..crate::support::message(&id) }
}

/// A raw stream of this size and a notice board of this age, on the same server.
async fn prepared(server: &NatsServer, max_bytes: u64, age: Duration) -> (Bus, Vec<String>) {
    let mut topology = Topology::built_in();
    topology.streams[0].max_bytes = ByteSize(max_bytes);
    topology.streams[2].max_age = Some(HumanDuration(age));
    let bus = connect(server, topology).await;
    let findings = bus.prepare().await.unwrap().findings;
    (bus, findings.into_iter().map(|finding| finding.message).collect())
}

#[tokio::test]
async fn limits_are_widened_and_never_lowered() {
    let server = NatsServer::start();
    let (bus, findings) = prepared(&server, 1 << 20, HOUR).await;
    assert!(findings.is_empty());
    let limits = async || {
        let client = async_nats::connect(server.url()).await.unwrap();
        let context = async_nats::jetstream::new(client);
        let raw = context.get_stream("DATELINE_RAW").await.unwrap().cached_info().config.max_bytes;
        let board = context.get_stream("DATELINE_STORED").await.unwrap().cached_info().config.max_age;
        (raw, board)
    };
    bus.publisher().publish(crate::support::message("kept")).await.unwrap();

    let (_, findings) = prepared(&server, 2 << 20, HOUR * 2).await;
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(limits().await, (2 << 20, HOUR * 2));

    let (bus, findings) = prepared(&server, 1 << 19, HOUR / 2).await;
    assert_eq!(limits().await, (2 << 20, HOUR * 2), "lowering could discard data");
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings.iter().any(|finding| finding.contains("max_bytes") && finding.contains("2097152")));
    assert!(findings.iter().any(|finding| finding.contains("max_age")));
    assert_eq!(bus.status().await.unwrap().stream("DATELINE_RAW").unwrap().messages, 1);
}

#[tokio::test]
async fn a_stream_that_evicts_is_made_to_refuse() {
    let server = NatsServer::start();
    let mut evicting = Topology::built_in();
    evicting.streams[0].discard = DiscardRule::Old;
    connect(&server, evicting).await.prepare().await.unwrap();
    let bus = connect(&server, Topology::built_in()).await;
    assert_eq!(bus.prepare().await.unwrap().findings, []);
}

#[tokio::test]
async fn a_changed_consumer_is_updated_in_place() {
    let rig = Rig::start().await;
    rig.publish(3, 10).await;
    let intake = rig.intake().await;
    crate::support::next(&intake).await.ack().await.unwrap();
    let mut topology = Topology::built_in();
    topology.consumers[0].ack_wait = HumanDuration(Duration::from_secs(7));
    topology.consumers[0].max_ack_pending = 11;
    let bus = connect(&rig.server, topology).await;
    assert_eq!(bus.prepare().await.unwrap().findings, []);
    let context = rig.raw_context().await;
    let stream = context.get_stream("DATELINE_RAW").await.unwrap();
    let info = stream.consumer_info("enricher").await.unwrap();
    assert_eq!((info.config.ack_wait, info.config.max_ack_pending), (Duration::from_secs(7), 11));
    assert_eq!(info.num_pending, 2, "its place in the stream is kept");
}

#[tokio::test]
async fn replicas_are_never_lowered() {
    let cluster = NatsCluster::start(Sync::Lazy);
    let connect = async |replicas: usize| {
        let config = NatsConfig {
            servers: cluster.urls(),
            ack_timeout: HumanDuration(Duration::from_secs(2)),
            replicas,
            ..NatsConfig::default()
        };
        Bus::connect(&config, "test", Topology::built_in()).await.unwrap()
    };
    let bus = connect(3).await;
    // The nodes choose a leader first.
    let findings =
        eventually("the cluster to be ready", PATIENCE * 2, async || bus.prepare().await.ok()).await;
    assert_eq!(findings.findings, []);
    bus.publisher().publish(crate::support::message("kept")).await.unwrap();
    let other = connect(1).await.prepare().await.unwrap();
    assert!(other.findings.iter().all(|finding| finding.message.contains("num_replicas")), "{other:?}");
    assert_eq!(bus.prepare().await.unwrap().findings, [], "still three");
}

#[tokio::test]
async fn what_a_server_cannot_change_is_refused_with_what_to_do() {
    let server = NatsServer::start();
    let context = async_nats::jetstream::new(async_nats::connect(server.url()).await.unwrap());
    let config = async_nats::jetstream::stream::Config {
        name: "DATELINE_RAW".to_owned(),
        subjects: vec!["dateline.raw.>".to_owned()],
        storage: async_nats::jetstream::stream::StorageType::Memory,
        ..Default::default()
    };
    context.create_stream(config).await.unwrap();
    context.publish("dateline.raw.wire", "kept".into()).await.unwrap().await.unwrap();
    let error = connect(&server, Topology::built_in()).await.prepare().await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("storage should be File") && told.contains("nats stream backup"), "{told}");
    assert_eq!(error.disposition(), Disposition::Fatal);
    let kept = context.get_stream("DATELINE_RAW").await.unwrap().cached_info().state.messages;
    assert_eq!(kept, 1, "nothing is deleted by itself");
}

#[tokio::test]
async fn a_consumer_that_cannot_be_changed_is_told_with_what_to_do() {
    let rig = Rig::start().await;
    let stream = rig.raw_context().await.get_stream("DATELINE_RAW").await.unwrap();
    stream.delete_consumer("enricher").await.unwrap();
    let config = async_nats::jetstream::consumer::pull::Config {
        durable_name: Some("enricher".to_owned()),
        ack_policy: async_nats::jetstream::consumer::AckPolicy::None,
        ..Default::default()
    };
    stream.create_consumer(config).await.unwrap();
    let told = rig.bus.prepare().await.unwrap_err().to_string();
    assert!(told.contains("ack_policy should be Explicit") && told.contains("nats consumer rm"), "{told}");
}

#[tokio::test]
async fn an_intake_of_an_unknown_consumer_says_what_to_do() {
    let rig = Rig::start().await;
    let error = rig.bus.intake("nobody").await.unwrap_err();
    let chain = dateline_runtime::ErrorChain(&error).to_string();
    assert!(chain.contains("the topology defines no consumer `nobody`"), "{chain}");
}

fn is_missing(found: &Inspected) -> bool {
    matches!(found.state, InspectedState::Missing)
}

#[tokio::test]
async fn looking_tells_what_is_missing_and_makes_nothing() {
    let server = NatsServer::start();
    let bus = connect(&server, Topology::built_in()).await;
    for _ in 0..2 {
        let found = bus.inspect().await;
        assert!(!is_missing(&found[0]), "the server itself is there: {:?}", found[0]);
        assert!(found[1..].iter().all(is_missing), "{found:#?}");
    }
    let status = bus.status().await.unwrap();
    assert_eq!((status.streams.len(), status.consumers.len()), (0, 0));
    assert!(status.missing.contains(&"DATELINE_RAW/enricher".to_owned()), "{:?}", status.missing);

    bus.prepare().await.unwrap();
    let found = bus.inspect().await;
    let as_it_should_be =
        |found: &Inspected| matches!(&found.state, InspectedState::There(findings) if findings.is_empty());
    assert!(found.iter().all(as_it_should_be), "{found:#?}");
    assert_eq!(bus.status().await.unwrap().missing, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_missing_keeps_nothing_of_the_rest_back() {
    let rig = Rig::start().await;
    rig.raw_context().await.delete_stream("DATELINE_STORED").await.unwrap();
    rig.raw_context().await.delete_stream("DATELINE_ENRICHED").await.unwrap();
    let status = rig.bus.status().await.unwrap();
    assert_eq!(status.missing, ["DATELINE_ENRICHED", "DATELINE_STORED", "DATELINE_ENRICHED/sink"]);
    assert!(status.stream("DATELINE_RAW").is_some() && status.consumer("enricher").is_some());
    let missing: Vec<String> =
        rig.bus.inspect().await.into_iter().filter(is_missing).map(|found| found.what).collect();
    assert_eq!(
        missing,
        ["stream DATELINE_ENRICHED", "stream DATELINE_STORED", "consumer DATELINE_ENRICHED/sink"]
    );
    let described = rig.bus.describe().await;
    assert_eq!(described["streams"][0]["config"]["name"], "DATELINE_RAW");
    assert_eq!(described["streams"][1]["error"]["code"], 404, "{described:#}");
    assert_eq!(described["consumers"][0]["name"], "enricher");
}
