//! Asking hubs to deliver.

use super::subscription::Subscription;
use crate::feeds::definition::SourceDefinition;
use crate::feeds::poll::Poller;
use crate::feeds::state::Hub;
use dateline_bus::BusError;
use dateline_runtime::ErrorChain;
use dateline_runtime::telemetry::catalogue::WEBSUB_REQUESTS;
use jiff::Timestamp;
use url::Url;

impl Poller {
    /// Until when the hub of a source delivers, as far as it has confirmed.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub(in crate::feeds) async fn hub_until(
        &self,
        source: &SourceDefinition,
    ) -> Result<Option<Timestamp>, BusError> {
        if !self.config.websub.enabled {
            return Ok(None);
        }
        Ok(self.registry.subscription(&source.id()).await?.0.and_then(|known| known.until))
    }

    /// Asks the hub of a source for deliveries, when that is due; gives the subscription as
    /// it is. Whatever goes wrong with a hub, polling goes on.
    ///
    /// # Errors
    /// When the broker does not answer.
    pub(in crate::feeds) async fn keep_subscribed(
        &self,
        source: &SourceDefinition,
        offered: Option<&Hub>,
    ) -> Result<(), BusError> {
        let config = &self.config.websub;
        let Some(offered) = offered.filter(|_| config.enabled) else { return Ok(()) };
        let (id, now) = (source.id(), self.now());
        let (known, revision) = self.registry.subscription(&id).await?;
        let same = |known: &Subscription| known.hub == offered.url && known.topic == offered.topic;
        let mut subscription = match known.filter(same) {
            Some(known) if !known.is_due(now) => return Ok(()),
            Some(known) => known,
            None => Subscription::new(&offered.url, &offered.topic, now),
        };
        subscription.note_request(now);
        // Written before it is sent: the hub may ask back before it answers. Whoever is
        // outrun leaves the request to the other producer.
        if !self.registry.write_subscription(&id, &subscription, revision).await? {
            return Ok(());
        }
        let callback =
            format!("{}/websub/{id}/{}", config.callback.trim_end_matches('/'), subscription.token);
        let lease = config.lease.0.as_secs().to_string();
        let form = [
            ("hub.callback", callback.as_str()),
            ("hub.mode", "subscribe"),
            ("hub.topic", subscription.topic.as_str()),
            ("hub.lease_seconds", lease.as_str()),
            ("hub.secret", subscription.secret.as_str()),
        ];
        let Ok(hub) = Url::parse(&subscription.hub) else { return Ok(()) };
        let outcome = match self.fetcher.post_form(&hub, &form).await {
            Ok(()) => "asked",
            Err(error) => {
                tracing::debug!(source = source.name, %hub, error = %ErrorChain(&error), "hub could not be asked");
                "failed"
            }
        };
        WEBSUB_REQUESTS.with([outcome]).increment(1);
        Ok(())
    }
}
