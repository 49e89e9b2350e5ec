//! The publication date of an article, from all that claims to state it.

use crate::date_string::{DateStringError, ParsedDate, parse_date_string};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Where a claim was found, most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimOrigin {
    /// The `published` field of the input.
    InputField,
    /// `datePublished` of the page's JSON-LD.
    JsonLd,
    /// A `<meta>` element of the page.
    PageMeta,
    /// The item of a feed or sitemap.
    FeedItem,
    /// A `<time>` element or byline on the page.
    PageText,
    /// A header line at the top of a plain text.
    HeaderLine,
    /// The dateline of the story ("KABUL, Nov. 3 (Reuters) -").
    Dateline,
    /// The path of the URL (/2023/11/03/).
    UrlPath,
    /// The first sentences of the text.
    FirstSentence,
    /// The name of the file.
    FileName,
    /// The `Last-Modified` header of the response.
    HttpHeader,
}

/// One statement of when an article was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'a> {
    /// Where it was found.
    pub origin: ClaimOrigin,
    /// The string as found.
    pub raw: &'a str,
}

/// The publication date that was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The date with its precision and zone.
    pub value: ParsedDate,
    /// Where it was found.
    pub from: ClaimOrigin,
    /// The string as found.
    pub raw: String,
    /// How sure it is, from 0 to 1.
    pub confidence: f32,
}

/// A readable claim that says something else than the chosen one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What it says.
    pub value: ParsedDate,
    /// Where it was found.
    pub from: ClaimOrigin,
    /// The string as found.
    pub raw: String,
}

/// A claim that cannot be true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where it was found.
    pub from: ClaimOrigin,
    /// The string as found.
    pub raw: String,
    /// Why it was refused.
    pub reason: RefusalReason,
}

/// Why a claim was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefusalReason {
    /// The string is no date.
    #[error(transparent)]
    Unreadable(#[from] DateStringError),
    /// More than a day after the article came in.
    #[error("it lies more than a day after the article was ingested")]
    Future,
    /// A clock that was never set.
    #[error("it is the epoch of a clock that was never set")]
    Epoch,
}

/// What all claims together say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resolution {
    /// The date, if any claim states a possible one.
    pub published: Option<Published>,
    /// Other readable claims that do not agree with it.
    pub conflicts: Vec<Conflict>,
    /// Claims that cannot be true.
    pub refused: Vec<Refusal>,
}

/// Weighs `claims` against each other and the time of ingestion.
#[must_use]
pub fn resolve(claims: &[Claim<'_>], ingested: Timestamp, default_zone: Option<&TimeZone>) -> Resolution {
    let mut resolution = Resolution::default();
    let mut readable = Vec::with_capacity(claims.len());
    for claim in claims {
        match read(claim, ingested, default_zone) {
            Ok(value) => readable.push((claim, value)),
            Err(reason) => {
                resolution.refused.push(Refusal { from: claim.origin, raw: claim.raw.to_owned(), reason });
            }
        }
    }
    readable.sort_by_key(|(claim, _)| claim.origin);
    let mut ordered = readable.into_iter();
    let Some((best, value)) = ordered.next() else { return resolution };
    resolution.conflicts = ordered
        .filter(|(_, other)| other.local.date() != value.local.date())
        .map(|(claim, value)| Conflict { value, from: claim.origin, raw: claim.raw.to_owned() })
        .collect();
    resolution.published =
        Some(Published { value, from: best.origin, raw: best.raw.to_owned(), confidence: 0.9 });
    resolution
}

fn read(
    claim: &Claim<'_>,
    ingested: Timestamp,
    default_zone: Option<&TimeZone>,
) -> Result<ParsedDate, RefusalReason> {
    let value = parse_date_string(claim.raw, default_zone, Some(ingested))?;
    let instant = value.offset.to_timestamp(value.local).unwrap_or(Timestamp::MAX);
    if instant.duration_since(ingested) > SignedDuration::from_hours(24) {
        return Err(RefusalReason::Future);
    }
    if instant == Timestamp::UNIX_EPOCH {
        return Err(RefusalReason::Epoch);
    }
    Ok(value)
}
