//! Sitemap indexes: the newest of the sitemaps that one names are read with it.

use super::poll::{Cut, Poller};
use super::reading::Reading;
use super::registry::Claimed;
use tokio_util::sync::CancellationToken;

/// Sitemaps that are read in one poll. Indexes of years of archives have thousands;
/// news stands in the newest ones.
const SITEMAPS: usize = 5;

impl Poller {
    /// Adds the items of the newest sitemaps to the reading of their index. One that
    /// cannot be had is left out: the next poll asks again.
    pub(super) async fn follow_sitemaps(
        &self,
        claimed: &mut Claimed,
        reading: &mut Reading,
        stop: &CancellationToken,
    ) -> Result<(), Cut> {
        for url in reading.sitemaps.iter().take(SITEMAPS) {
            if !self.registry.keep(claimed).await? {
                return Err(Cut::LeaseLost);
            }
            let read = match self.fetch(url, None, stop).await? {
                Ok(fetched) => self.read(&fetched.url, fetched.body.unwrap_or_default()).await,
                Err(error) => {
                    tracing::debug!(%url, %error, "sitemap cannot be had");
                    continue;
                }
            };
            match read {
                Ok(found) => reading.items.extend(found.items),
                Err(error) => tracing::debug!(%url, %error, "sitemap cannot be read"),
            }
        }
        Ok(())
    }
}
