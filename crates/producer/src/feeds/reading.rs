//! One answer of a source, read: its items, and what it says of itself.

use super::rhythm::Wishes;
use crate::fetch::Body;
use dateline_dates::parse_date_string;
use dateline_extract::{ExtractError, Fault, Format, Input, Limits};
use dateline_model::{Article, ClaimRole};
use jiff::Timestamp;

/// An answer as it was read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// What the source calls itself.
    pub(crate) title: Option<String>,
    /// Its items, in its order.
    pub(crate) items: Vec<Article>,
    /// Entries that could not be read.
    pub(crate) faults: Vec<ExtractError>,
    /// How often it wants to be asked.
    pub(crate) wishes: Wishes,
}

/// Reads an answer. CPU-bound: not for the reactor.
///
/// # Errors
/// When it is no feed at all.
pub(crate) fn read(address: &str, body: &Body, limits: &Limits) -> Result<Reading, ExtractError> {
    let input = Input {
        base_url: Some(address),
        content_type: body.content_type.as_deref(),
        ..Input::new(address, &body.bytes).with_format(Format::Auto)
    };
    let mut reading = Reading::default();
    for result in dateline_extract::extract(&input, limits) {
        match result {
            Ok(article) => reading.items.push(article),
            Err(error) if matches!(*error.fault, Fault::NoArticle) => {}
            Err(error) => reading.faults.push(error),
        }
    }
    if reading.items.is_empty() && !reading.faults.is_empty() {
        return Err(reading.faults.swap_remove(0));
    }
    Ok(reading)
}

/// The publication times of items, as far as they state any.
pub(crate) fn dates(items: &[Article]) -> Vec<Timestamp> {
    items
        .iter()
        .filter_map(|item| {
            let claim = item.claims.iter().find(|claim| claim.role == ClaimRole::Published)?;
            parse_date_string(&claim.raw, None, None).ok()?.timestamp()
        })
        .collect()
}
