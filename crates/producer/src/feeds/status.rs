//! What a person wants to know of a source.

use super::definition::SourceDefinition;
use super::state::SourceState;
use jiff::Timestamp;
use serde::Serialize;

/// A source with its condition and what it gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceStatus {
    /// Id in subjects, state and metrics.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The configured address.
    pub url: String,
    /// The address that is asked, when a permanent redirect is believed.
    pub moved_to: Option<String>,
    /// The name that it gives itself.
    pub title: Option<String>,
    /// How it is.
    pub condition: SourceCondition,
    /// Articles and versions taken in so far.
    pub articles: u64,
    /// Last poll that gave an answer.
    pub last_success: Option<Timestamp>,
    /// Last poll that gave something new.
    pub last_new: Option<Timestamp>,
    /// When it is polled next.
    pub next_at: Option<Timestamp>,
    /// Time between two new items, in seconds.
    pub rhythm_seconds: Option<f64>,
    /// Failed polls in a row.
    pub failures: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The producer that polls it at this moment.
    pub polled_by: Option<String>,
    /// Whether a WebSub hub delivers it, where one has confirmed a subscription.
    pub hub: Option<HubStatus>,
}

/// What a hub that has confirmed a subscription does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HubStatus {
    /// It has not delivered yet, or missed something: the source is polled as without it.
    Confirmed,
    /// It delivers, and the source is only looked after.
    Delivers,
}

/// How a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceCondition {
    /// Not polled yet.
    New,
    /// Polled at this moment.
    Polled,
    /// As it should be.
    Fine,
    /// Nothing new for suspiciously long.
    Silent,
    /// The last polls failed.
    Failing,
    /// Its server says that it is gone for good; not polled until it is resumed.
    Gone,
    /// Left alone by command or by its list.
    Paused,
}

impl HubStatus {
    fn of(state: &SourceState, now: Timestamp) -> Option<Self> {
        state.hub_until.filter(|until| *until > now)?;
        Some(if state.hub_delivers { Self::Delivers } else { Self::Confirmed })
    }
}

impl SourceCondition {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Polled => "polled",
            Self::Fine => "fine",
            Self::Silent => "silent",
            Self::Failing => "failing",
            Self::Gone => "gone",
            Self::Paused => "paused",
        }
    }
}

impl SourceStatus {
    pub(super) fn new(source: &SourceDefinition, state: &SourceState, paused: bool, now: Timestamp) -> Self {
        let condition = match state {
            _ if paused => SourceCondition::Paused,
            SourceState { gone: Some(_), .. } => SourceCondition::Gone,
            SourceState { lease: Some(lease), .. } if lease.until > now => SourceCondition::Polled,
            SourceState { failures: 1.., .. } => SourceCondition::Failing,
            SourceState { silent: true, .. } => SourceCondition::Silent,
            SourceState { last_success: None, .. } => SourceCondition::New,
            _ => SourceCondition::Fine,
        };
        Self {
            id: source.id().to_string(),
            name: source.name.clone(),
            url: source.url.clone(),
            moved_to: state.moved.clone(),
            title: state.title.clone(),
            condition,
            articles: state.articles,
            last_success: state.last_success,
            last_new: state.last_new,
            next_at: state.next_at,
            rhythm_seconds: state.rhythm,
            failures: state.failures,
            last_error: state.last_error.clone(),
            hub: HubStatus::of(state, now),
            polled_by: state
                .lease
                .as_ref()
                .filter(|lease| lease.until > now)
                .map(|lease| lease.holder.clone()),
        }
    }
}
