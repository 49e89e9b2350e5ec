//! Live polling: feeds and news sitemaps, asked at their own rhythm.
//!
//! The [`FeedScheduler`] looks which sources are due and lets the poller ask them, a
//! bounded number at once. Everything that must survive is in the [`Registry`], a bucket
//! that all producers share; a lease in it keeps two of them from asking one source at
//! once. Left out: HTTP and its manners (`fetch`), reading formats (`dateline-extract`).

mod config;
mod definition;
mod identity;
mod metrics;
mod pages;
mod poll;
mod reading;
mod registry;
mod rhythm;
mod schedule;
mod seen;
mod sitemaps;
mod state;
mod status;
mod trial;
mod websub;

pub use config::FeedsConfig;
pub use definition::{SourceDefinition, SourceList, SourceListError};
pub use registry::Registry;
pub use schedule::FeedScheduler;
pub use status::{HubStatus, SourceCondition, SourceStatus};
pub use trial::{Trial, TrialError, try_source};
pub use websub::{WebSubConfig, WebSubServer};
