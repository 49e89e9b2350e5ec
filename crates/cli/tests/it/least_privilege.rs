//! The users of deploy/nats/accounts.conf: each role can do its work, and nothing else.

use crate::pipeline::{Pipeline, Service};
use dateline_bus::{Bus, NatsConfig, Outgoing, Subject, Topology};
use dateline_model::{Source, SourceKind, Stage, SubjectToken};
use dateline_runtime::secret::Secret;
use dateline_testkit::{DatelineBuilder, NatsServer, articles, http};
use std::time::Duration;

const ROLES: [&str; 4] = ["producer", "enricher", "sink", "operator"];

/// The shipped file, with a password for each role: its own name.
fn server() -> NatsServer {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/nats/accounts.conf");
    let shipped = std::fs::read_to_string(path).unwrap();
    let filled = ROLES.iter().fold(shipped, |text, role| {
        text.replace(&format!("$DATELINE_{}_PASSWORD", role.to_uppercase()), &format!("{role}-secret"))
    });
    NatsServer::builder().extra_config(&filled).start()
}

fn as_user(command: DatelineBuilder, role: &str) -> DatelineBuilder {
    command
        .env("DATELINE_NATS__USER", role)
        .env("DATELINE_NATS__PASSWORD", format!("{role}-secret"))
        .env("DATELINE_NATS__JANITOR", if role == "operator" { "true" } else { "false" })
}

async fn bus(server: &NatsServer, role: &str) -> Bus {
    let config = NatsConfig {
        servers: vec![server.url()],
        user: Some(role.to_owned()),
        password: Some(Secret::from(format!("{role}-secret"))),
        ack_timeout: dateline_runtime::units::HumanDuration(Duration::from_millis(500)),
        ..NatsConfig::default()
    };
    Bus::connect(&config, role, Topology::built_in()).await.unwrap()
}

#[tokio::test]
async fn an_article_goes_all_the_way_with_a_user_for_each_role() {
    let (nats, pipeline) = (server(), Pipeline::new());
    let run = |role: &str, user: &str| as_user(pipeline.run(role, &nats.url()), user);
    // The operator makes the streams.
    let console = run("console", "operator").env("DATELINE_CONSOLE__LISTEN", "127.0.0.1:0");
    let _console = Service::start_ready(console).await;
    let _enricher = Service::start_ready(run("enricher", "enricher")).await;
    let _sink = Service::start_ready(run("sink", "sink")).await;
    let producer = run("producer", "producer").env("DATELINE_PRODUCER__PUSH__LISTEN", "127.0.0.1:0");
    let mut producer = Service::start_ready(producer).await;
    let load: Vec<_> = articles(20, 5).collect();
    let push = producer.push().await;
    for article in &load {
        let answer = http::post(push, "/articles", &[], article.json().as_bytes()).await.unwrap();
        assert_eq!(answer.status, 202, "{answer:?}");
    }
    pipeline.wait_stored(20, crate::pipeline::PATIENCE).await;
    pipeline.assert_holds(&load).await;
}

#[tokio::test]
async fn no_role_publishes_where_another_one_does() {
    let nats = server();
    bus(&nats, "operator").await.prepare().await.unwrap();
    let source = Source::new("wire", SourceKind::Push);
    let token = SubjectToken::new("wire");
    let subjects = [
        ("producer", Subject::raw(&source)),
        ("enricher", Subject::enriched("en", &source)),
        ("sink", Subject::stored("en", &source)),
        ("producer", Subject::dead(Stage::Producer, &token)),
        ("enricher", Subject::dead(Stage::Enricher, &token)),
        ("sink", Subject::dead(Stage::Sink, &token)),
    ];
    for role in ["producer", "enricher", "sink"] {
        let publisher = bus(&nats, role).await.publisher();
        for (number, (owner, subject)) in subjects.iter().enumerate() {
            let message = Outgoing {
                subject: subject.clone(),
                message_id: format!("{role}-{number}"),
                trace_parent: None,
                replay_of: None,
                payload: "x".into(),
            };
            let allowed = publisher.publish(message).await.is_ok();
            assert_eq!(allowed, role == *owner, "{role} on {subject}");
        }
    }
}
