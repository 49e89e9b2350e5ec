//! The publication date of an article, from all that claims to state it.
//!
//! Every claim has a weight by its origin. Claims of the same day support each
//! other; the day with the most weight wins, its most exact claim is taken.
//! What disagrees is kept as a conflict, what cannot be true is refused with
//! the reason, and without a possible claim there is no date.

use crate::anchor::Precision;
use crate::date_string::{DateStringError, ParsedDate, parse_date_string};
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
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

impl ClaimOrigin {
    /// The name in a record ("feed-item").
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InputField => "input-field",
            Self::JsonLd => "json-ld",
            Self::PageMeta => "page-meta",
            Self::FeedItem => "feed-item",
            Self::PageText => "page-text",
            Self::HeaderLine => "header-line",
            Self::Dateline => "dateline",
            Self::UrlPath => "url-path",
            Self::FirstSentence => "first-sentence",
            Self::FileName => "file-name",
            Self::HttpHeader => "http-header",
        }
    }

    /// How sure a claim of this origin is by itself. Whoever hands an article
    /// in knows best; a `Last-Modified` header is often the time of the request.
    fn weight(self) -> f32 {
        match self {
            Self::InputField => 0.95,
            Self::JsonLd => 0.9,
            Self::PageMeta | Self::FeedItem => 0.85,
            Self::PageText | Self::HeaderLine => 0.75,
            Self::Dateline => 0.7,
            Self::UrlPath => 0.65,
            Self::FirstSentence => 0.5,
            Self::FileName => 0.45,
            Self::HttpHeader => 0.3,
        }
    }
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
    #[error("it is the first moment of a clock that was never set")]
    Epoch,
    /// Before there were newspapers.
    #[error("it lies before the first newspapers (1600)")]
    Ancient,
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

impl Claim<'_> {
    /// How sure the claim is by itself. Linked data has its dates in ISO 8601
    /// by its own standard; what has another form there is some template's
    /// "last built", and what readers see is better.
    fn weight(&self) -> f32 {
        let is_iso = || self.raw.trim_start().starts_with(|c: char| c.is_ascii_digit());
        match self.origin {
            ClaimOrigin::JsonLd if !is_iso() => 0.7,
            origin => origin.weight(),
        }
    }
}

/// A claim that was read.
#[derive(Debug, Clone, Copy)]
struct Reading<'a> {
    claim: Claim<'a>,
    value: ParsedDate,
}

/// Weighs `claims` against each other and the time of ingestion.
///
/// ```
/// use dateline_dates::{Claim, ClaimOrigin, resolve};
/// let claims = [
///     Claim { origin: ClaimOrigin::FeedItem, raw: "Fri, 01 Jan 2041 00:00:00 GMT" },
///     Claim { origin: ClaimOrigin::UrlPath, raw: "2023/11/03" },
/// ];
/// let resolution = resolve(&claims, "2023-11-04T00:00:00Z".parse().unwrap(), None);
/// assert_eq!(resolution.published.unwrap().value.to_string(), "2023-11-03");
/// assert_eq!(resolution.refused.len(), 1);
/// ```
#[must_use]
pub fn resolve(claims: &[Claim<'_>], ingested: Timestamp, default_zone: Option<&TimeZone>) -> Resolution {
    let mut resolution = Resolution::default();
    let mut readings = Vec::with_capacity(claims.len());
    let mut unread = Vec::new();
    for &claim in claims {
        match read(&claim, ingested, default_zone) {
            Ok(value) => readings.push(Reading { claim, value }),
            Err(reason) => unread.push((claim, reason)),
        }
    }
    let stated = best(&readings).map(|reading| reading.value);
    for (claim, reason) in unread {
        match stated.and_then(|stated| with_year_of(&claim, &stated, ingested)) {
            Some(value) if reason == RefusalReason::Unreadable(DateStringError::Incomplete) => {
                readings.push(Reading { claim, value });
            }
            _ => resolution.refused.push(Refusal { from: claim.origin, raw: claim.raw.to_owned(), reason }),
        }
    }
    let Some(best) = best(&readings) else { return resolution };
    resolution.published = Some(Published {
        value: best.value,
        from: best.claim.origin,
        raw: best.claim.raw.to_owned(),
        confidence: confidence(&readings, &best),
    });
    resolution.conflicts = readings
        .iter()
        .filter(|reading| !agree(&reading.value, &best.value))
        .map(|reading| Conflict {
            value: reading.value,
            from: reading.claim.origin,
            raw: reading.claim.raw.to_owned(),
        })
        .collect();
    resolution
}

fn read(
    claim: &Claim<'_>,
    ingested: Timestamp,
    default_zone: Option<&TimeZone>,
) -> Result<ParsedDate, RefusalReason> {
    let value = parse_date_string(claim.raw, default_zone, Some(ingested))?;
    let instant = value.offset.to_timestamp(value.local).map_err(|_| DateStringError::Day)?;
    if instant.duration_since(ingested) > SignedDuration::from_hours(24) {
        return Err(RefusalReason::Future);
    }
    if is_unset_clock(&value, instant) {
        return Err(RefusalReason::Epoch);
    }
    if value.local.year() < 1600 {
        return Err(RefusalReason::Ancient);
    }
    Ok(value)
}

/// A dateline gives day and month ("KYIV, Nov 7"): its year is the one that
/// brings it nearest to what another claim states. It never dates an article
/// by itself.
fn with_year_of(claim: &Claim<'_>, stated: &ParsedDate, ingested: Timestamp) -> Option<ParsedDate> {
    let distance = |value: &ParsedDate| {
        let span = value.local.date().duration_since(stated.local.date());
        span.abs()
    };
    let year = stated.local.year();
    (year - 1..=year + 1)
        .filter_map(|year| {
            let raw = format!("{} {year}", claim.raw);
            read(&Claim { raw: &raw, ..*claim }, ingested, None).ok()
        })
        .min_by_key(distance)
}

/// 1970-01-01 in any zone, and the zero of some databases.
fn is_unset_clock(value: &ParsedDate, instant: Timestamp) -> bool {
    let epoch = Date::constant(1970, 1, 1);
    let date = value.local.date();
    date == epoch || date == Date::constant(1900, 1, 1) || instant == Timestamp::UNIX_EPOCH
}

/// Whether two dates can be the same moment, as far as both are known. Zones
/// are often missing or wrong, so half a day is no contradiction.
fn agree(one: &ParsedDate, other: &ParsedDate) -> bool {
    let (a, b) = (one.local.date(), other.local.date());
    match one.precision.min(other.precision) {
        Precision::Year => a.year() == b.year(),
        Precision::Month => (a.year(), a.month()) == (b.year(), b.month()),
        Precision::Day => a == b || instants_near(one, other, 14),
        Precision::Minute | Precision::Second => instants_near(one, other, 14),
    }
}

fn instants_near(one: &ParsedDate, other: &ParsedDate, hours: i64) -> bool {
    let instant = |date: &ParsedDate| date.offset.to_timestamp(date.local).ok();
    let limit = SignedDuration::from_hours(hours);
    instant(one).zip(instant(other)).is_some_and(|(a, b)| a.duration_since(b).abs() <= limit)
}

/// How much speaks for a reading: the strongest claim that agrees, and half of
/// the rest that the others leave.
fn support(readings: &[Reading<'_>], candidate: &Reading<'_>) -> f32 {
    let mut doubt = 1.0 - candidate.claim.weight();
    for other in readings {
        let same = std::ptr::eq(other.claim.raw, candidate.claim.raw)
            && other.claim.origin == candidate.claim.origin;
        if !same && agree(&other.value, &candidate.value) {
            doubt *= 1.0 - other.claim.weight() / 2.0;
        }
    }
    1.0 - doubt
}

/// The best supported reading; of equals the most exact, then the most trusted.
fn best<'a>(readings: &[Reading<'a>]) -> Option<Reading<'a>> {
    let strongest = readings
        .iter()
        .max_by(|a, b| {
            let order = support(readings, a).total_cmp(&support(readings, b));
            order.then_with(|| b.claim.origin.cmp(&a.claim.origin))
        })
        .copied()?;
    // A feed's exact time says more than the bare day of the page it belongs to.
    let exact = readings
        .iter()
        .filter(|reading| agree(&reading.value, &strongest.value) && reading.claim.weight() >= 0.5)
        .filter(|reading| reading.value.precision > strongest.value.precision)
        .max_by_key(|reading| (reading.value.precision, std::cmp::Reverse(reading.claim.origin)))
        .copied()
        .unwrap_or(strongest);
    Some(with_local_day(readings, exact))
}

/// The same moment with the offset of the place, where some claim has it: a
/// server's UTC is often another day than the one that readers saw.
fn with_local_day<'a>(readings: &[Reading<'a>], best: Reading<'a>) -> Reading<'a> {
    let instant = |reading: &Reading<'_>| reading.value.offset.to_timestamp(reading.value.local).ok();
    if best.value.precision < Precision::Minute || best.value.offset != Offset::UTC {
        return best;
    }
    let same_moment = |reading: &&Reading<'_>| {
        reading.value.precision >= Precision::Minute
            && reading.value.offset != Offset::UTC
            && instant(reading)
                .zip(instant(&best))
                .is_some_and(|(a, b)| a.duration_since(b).abs().as_secs() < 60)
    };
    readings.iter().find(same_moment).copied().unwrap_or(best)
}

fn confidence(readings: &[Reading<'_>], best: &Reading<'_>) -> f32 {
    let against = readings
        .iter()
        .filter(|reading| !agree(&reading.value, &best.value))
        .map(|reading| reading.claim.weight())
        .fold(0.0_f32, f32::max);
    (support(readings, best) * (1.0 - against / 2.0)).clamp(0.0, 0.99)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ClaimOrigin::{Dateline, FeedItem, HttpHeader, InputField, JsonLd, PageMeta, UrlPath};

    fn run(claims: &[(ClaimOrigin, &str)]) -> Resolution {
        let claims: Vec<Claim<'_>> = claims.iter().map(|&(origin, raw)| Claim { origin, raw }).collect();
        resolve(&claims, "2023-11-04T12:00:00Z".parse().expect("a timestamp"), None)
    }

    fn check(claims: &[(ClaimOrigin, &str)], expected: Option<&str>, conflicts: usize, refused: usize) {
        let resolution = run(claims);
        let value = resolution.published.as_ref().map(|published| published.value.to_string());
        assert_eq!(value.as_deref(), expected, "{claims:?}");
        assert_eq!(resolution.conflicts.len(), conflicts, "{resolution:?}");
        assert_eq!(resolution.refused.len(), refused, "{resolution:?}");
    }

    #[test]
    fn nothing_is_invented() {
        check(&[], None, 0, 0);
        check(&[(FeedItem, "soon")], None, 0, 1);
        check(&[(FeedItem, "1970-01-01T00:00:00Z")], None, 0, 1);
        check(&[(FeedItem, "Thu, 01 Jan 1970 01:00:00 +0100")], None, 0, 1);
        check(&[(FeedItem, "2041-06-01")], None, 0, 1);
        check(&[(JsonLd, "0001-01-01T00:00:00Z")], None, 0, 1);
    }

    #[test]
    fn the_limit_of_the_future_is_a_day_after_ingestion() {
        check(&[(FeedItem, "2023-11-05T11:59:00Z")], Some("2023-11-05T11:59:00Z"), 0, 0);
        check(&[(FeedItem, "2023-11-05T12:01:00Z")], None, 0, 1);
    }

    #[test]
    fn the_most_exact_agreeing_claim_is_taken() {
        check(
            &[(UrlPath, "2023/11/03"), (FeedItem, "Fri, 03 Nov 2023 10:15:00 GMT")],
            Some("2023-11-03T10:15:00Z"),
            0,
            0,
        );
    }

    #[test]
    fn the_same_moment_is_dated_by_the_day_of_the_place() {
        let day = |claims: &[(ClaimOrigin, &str)]| {
            let published = run(claims).published.expect("a date");
            published.value.local.date().to_string()
        };
        let server = (JsonLd, "2023-11-03T03:05:00+00:00");
        assert_eq!(day(&[server]), "2023-11-03");
        assert_eq!(day(&[server, (ClaimOrigin::PageText, "2023-11-02T19:05:00-08:00")]), "2023-11-02");
        assert_eq!(day(&[server, (ClaimOrigin::PageText, "2023-11-02T19:35:00-08:00")]), "2023-11-03");
        assert_eq!(day(&[server, (ClaimOrigin::PageText, "November 2, 2023")]), "2023-11-03");
    }

    #[test]
    fn conflicts_are_kept() {
        check(
            &[
                (PageMeta, "2023-11-03"),
                (UrlPath, "2023/09/01"),
                (HttpHeader, "Sat, 04 Nov 2023 11:00:00 GMT"),
            ],
            Some("2023-11-03"),
            2,
            0,
        );
    }

    #[test]
    fn a_day_without_a_year_supports_and_contradicts_but_never_dates() {
        check(&[(Dateline, "Nov 3")], None, 0, 1);
        check(&[(PageMeta, "2023-11-03"), (Dateline, "Nov 3")], Some("2023-11-03"), 0, 0);
        check(&[(PageMeta, "2023-11-03"), (Dateline, "3 November")], Some("2023-11-03"), 0, 0);
        check(&[(PageMeta, "2023-11-03"), (Dateline, "Sept. 3")], Some("2023-11-03"), 1, 0);
        check(&[(PageMeta, "2023-01-01"), (Dateline, "Dec 31")], Some("2023-01-01"), 1, 0);
        let alone = run(&[(PageMeta, "2023-11-03")]).published.expect("stated").confidence;
        let supported =
            run(&[(PageMeta, "2023-11-03"), (Dateline, "Nov 3")]).published.expect("stated").confidence;
        assert!(supported > alone);
        let near = run(&[(PageMeta, "2023-01-01"), (Dateline, "Dec 31")]).conflicts;
        assert_eq!(near[0].value.to_string(), "2022-12-31");
    }

    #[test]
    fn agreeing_claims_outweigh_a_single_one() {
        check(
            &[
                (FeedItem, "2023-11-03"),
                (UrlPath, "2023/09/01"),
                (JsonLd, "2023-09-01"),
                (Dateline, "Sept. 1, 2023"),
            ],
            Some("2023-09-01"),
            1,
            0,
        );
    }

    #[test]
    fn linked_data_outside_its_standard_is_some_template_speaking() {
        let seen = (ClaimOrigin::PageText, "August 25, 2022");
        check(&[(JsonLd, "Jun 24, 2023"), seen], Some("2022-08-25"), 1, 0);
        check(&[(JsonLd, "2023-06-24"), seen], Some("2023-06-24"), 1, 0);
        check(&[(JsonLd, "Jun 24, 2023")], Some("2023-06-24"), 0, 0);
    }

    #[test]
    fn conflicts_lower_the_confidence() {
        let sure = run(&[(InputField, "2023-11-03")]).published.expect("a date").confidence;
        let unsure =
            run(&[(InputField, "2023-11-03"), (JsonLd, "2022-01-01")]).published.expect("a date").confidence;
        assert!(sure > unsure, "{sure} {unsure}");
    }
}
