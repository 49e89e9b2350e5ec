//! A producer that polls a server of the test's.

use crate::support::Rig;
use dateline_producer::fetch::{Fetcher, HttpConfig};
use dateline_producer::{FeedScheduler, FeedsConfig, ProducerError, Registry, SourceDefinition};
use dateline_runtime::clock::SystemClock;
use dateline_runtime::units::HumanDuration;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A running scheduler.
pub(crate) struct Polling {
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<Result<(), ProducerError>>,
}

impl Polling {
    /// Stops it and waits for its end.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// Polls every 50 ms and allows the test's own network.
pub(crate) fn eager() -> FeedsConfig {
    let short = |ms| HumanDuration(Duration::from_millis(ms));
    FeedsConfig {
        refresh: short(50),
        min_interval: short(50),
        max_interval: short(100),
        max_failure_interval: short(200),
        lease: short(3_000),
        http: HttpConfig {
            contact: "test@dateline.example".to_owned(),
            host_delay: short(0),
            first_byte_timeout: short(1_000),
            timeout: short(2_000),
            allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
            ..HttpConfig::default()
        },
        ..FeedsConfig::default()
    }
}

impl Rig {
    pub(crate) async fn registry(&self, holder: &str) -> Registry {
        Registry::open(&self.bus, SystemClock::shared(), holder.to_owned(), eager().lease.0).await.unwrap()
    }

    /// Starts polling as a producer of that name.
    pub(crate) async fn poll_as(&self, holder: &str, config: &FeedsConfig) -> Polling {
        let clock = SystemClock::shared();
        let fetcher = Fetcher::new(&config.http, clock.clone()).unwrap();
        let registry = self.registry(holder).await;
        let scheduler = FeedScheduler::new(config, registry, fetcher, self.acceptor(), clock).unwrap();
        let stop = CancellationToken::new();
        if let Some(hubs) = scheduler.listen_for_hubs(stop.clone()).await.unwrap() {
            tokio::spawn(hubs.serve());
        }
        Polling { task: tokio::spawn(scheduler.run(stop.clone())), stop }
    }

    /// Adds sources by command: name and address.
    pub(crate) async fn add(&self, sources: &[(&str, String)]) {
        let registry = self.registry("test").await;
        for (name, url) in sources {
            registry.add(&SourceDefinition::new(name, url)).await.unwrap();
        }
    }
}
