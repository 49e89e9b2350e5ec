//! The polled sources as the console shows them.

use crate::commands::sources::all;
use crate::config::Config;
use dateline_bus::Bus;
use dateline_console::{Feed, Feeds, FeedsFuture};
use dateline_producer::{Registry, SourceStatus};
use dateline_runtime::clock::SharedClock;

/// Reads the lists of the configuration and the state that producers keep.
pub(crate) struct ConsoleFeeds {
    pub(crate) config: Config,
    pub(crate) bus: Bus,
    pub(crate) clock: SharedClock,
}

impl ConsoleFeeds {
    async fn statuses(&self) -> anyhow::Result<Vec<SourceStatus>> {
        let lease = self.config.producer.feeds.lease.0;
        let registry = Registry::open(&self.bus, self.clock.clone(), "console".to_owned(), lease).await?;
        let sources = all(&self.config, &registry).await?;
        Ok(registry.statuses(&sources).await?)
    }
}

impl Feeds for ConsoleFeeds {
    fn all(&self) -> FeedsFuture<'_> {
        Box::pin(async move {
            let statuses = self.statuses().await.map_err(|error| format!("{error:#}"))?;
            Ok(statuses.into_iter().map(feed).collect())
        })
    }
}

fn feed(status: SourceStatus) -> Feed {
    Feed {
        id: status.id,
        condition: status.condition.as_str(),
        url: status.moved_to.unwrap_or(status.url),
        last_success: status.last_success,
        last_new: status.last_new,
        next_at: status.next_at,
        failures: status.failures,
        last_error: status.last_error,
        polled_by: status.polled_by,
    }
}
