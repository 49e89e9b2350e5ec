//! Publication date and temporal expressions, mapped to the record.

use crate::enrichment::{Fields, TextField};
use dateline_dates::{Anchor, Claim, Context, Language, Resolution};
use dateline_model::{
    Article, ClaimOrigin, ClaimRole, Precision, Published, PublishedConflict, RawArticle, SmolStr, Timex,
    TimexType, ZoneKnowledge, format_smolstr,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What the step gives.
pub(crate) struct Dates {
    pub(crate) published: Option<Published>,
    /// The publication instant, where it is known to the minute.
    pub(crate) instant: Option<Timestamp>,
    pub(crate) timex: Vec<Timex>,
    pub(crate) warnings: Vec<String>,
}

/// Weighs the date claims, then finds and resolves expressions against them.
pub(crate) fn find(
    raw: &RawArticle,
    fields: &Fields<'_>,
    language: &str,
    default_zone: Option<&TimeZone>,
) -> Dates {
    let claims = claims(&raw.article);
    // What an archive holds was published before it was fetched, however late it is loaded.
    let known_at = raw.article.fetched_at().map_or(raw.ingested_at, |fetched| fetched.min(raw.ingested_at));
    let resolution = dateline_dates::resolve(&claims, known_at, default_zone);
    // "Today" is that of the place that the article was written in.
    let own_zone = raw.article.located.as_deref().and_then(dateline_dates::place_zone);
    let anchor =
        resolution.published.as_ref().map(|published| Anchor::new(&published.value, own_zone.as_ref()));
    let context = Context { anchor: anchor.as_ref(), language: Language::from_tag(language) };
    let mut timex = Vec::new();
    let mut warnings = refusals(&resolution);
    for field in fields.in_order() {
        let found = dateline_dates::tag(&field.document, &context);
        if let Some(published) = &resolution.published {
            let contradictions = dateline_dates::contradictions(&published.value, &field.document, &found);
            warnings.extend(contradictions.into_iter().map(|contradiction| contradiction.message));
        }
        for expression in found {
            timex.push(to_wire(expression, timex.len() + 1, field));
        }
    }
    let instant = resolution.published.as_ref().and_then(|published| published.value.timestamp());
    Dates { published: published(resolution), instant, timex, warnings }
}

fn claims(article: &Article) -> Vec<Claim<'_>> {
    let stated = article
        .claims
        .iter()
        .filter(|claim| claim.role == ClaimRole::Published)
        .map(|claim| Claim { origin: origin(claim.from), raw: &claim.raw });
    stated.collect()
}

pub(crate) fn origin(from: ClaimOrigin) -> dateline_dates::ClaimOrigin {
    use dateline_dates::ClaimOrigin as Known;
    match from {
        ClaimOrigin::FeedItem | ClaimOrigin::Sitemap => Known::FeedItem,
        ClaimOrigin::HttpHeader => Known::HttpHeader,
        ClaimOrigin::JsonLd => Known::JsonLd,
        ClaimOrigin::PageMeta => Known::PageMeta,
        ClaimOrigin::PageText => Known::PageText,
        ClaimOrigin::UrlPath => Known::UrlPath,
        ClaimOrigin::HeaderLine => Known::HeaderLine,
        ClaimOrigin::Dateline => Known::Dateline,
        ClaimOrigin::FirstSentence => Known::FirstSentence,
        ClaimOrigin::FileName => Known::FileName,
        // The model may learn origins before this stage does; what a sender
        // states in so many words is the nearest of all.
        _ => Known::InputField,
    }
}

fn origin_name(from: dateline_dates::ClaimOrigin) -> String {
    use dateline_dates::ClaimOrigin as Known;
    match from {
        Known::InputField => "input-field",
        Known::JsonLd => "json-ld",
        Known::PageMeta => "page-meta",
        Known::FeedItem => "feed-item",
        Known::PageText => "page-text",
        Known::HeaderLine => "header-line",
        Known::Dateline => "dateline",
        Known::UrlPath => "url-path",
        Known::FirstSentence => "first-sentence",
        Known::FileName => "file-name",
        Known::HttpHeader => "http-header",
    }
    .to_owned()
}

fn refusals(resolution: &Resolution) -> Vec<String> {
    let describe = |refusal: &dateline_dates::Refusal| {
        format!(
            "publication date `{}` ({}) refused: {}",
            shorten(&refusal.raw),
            origin_name(refusal.from),
            refusal.reason
        )
    };
    resolution.refused.iter().map(describe).collect()
}

/// Foreign strings in messages stay short.
fn shorten(text: &str) -> &str {
    &text[..text.floor_char_boundary(80)]
}

fn published(resolution: Resolution) -> Option<Published> {
    let chosen = resolution.published?;
    let disagreeing = resolution.conflicts.into_iter().map(|conflict| PublishedConflict {
        from: origin_name(conflict.from),
        raw: conflict.raw,
        value: Some(conflict.value.to_string()),
        reason: "states another date".to_owned(),
    });
    let refused = resolution.refused.into_iter().map(|refusal| PublishedConflict {
        from: origin_name(refusal.from),
        raw: refusal.raw,
        value: None,
        reason: refusal.reason.to_string(),
    });
    Some(Published {
        value: chosen.value.to_string(),
        precision: precision(chosen.value.precision),
        zone: zone(chosen.value.zone),
        from: origin_name(chosen.from),
        raw: chosen.raw,
        confidence: chosen.confidence,
        conflicts: disagreeing.chain(refused).collect(),
    })
}

fn precision(precision: dateline_dates::Precision) -> Precision {
    match precision {
        dateline_dates::Precision::Year => Precision::Year,
        dateline_dates::Precision::Month => Precision::Month,
        dateline_dates::Precision::Day => Precision::Day,
        dateline_dates::Precision::Minute => Precision::Minute,
        dateline_dates::Precision::Second => Precision::Second,
    }
}

fn zone(zone: dateline_dates::Zone) -> ZoneKnowledge {
    match zone {
        dateline_dates::Zone::Explicit => ZoneKnowledge::Explicit,
        dateline_dates::Zone::Assumed => ZoneKnowledge::Assumed,
        dateline_dates::Zone::None => ZoneKnowledge::None,
    }
}

fn to_wire(found: dateline_dates::Timex, number: usize, field: &TextField<'_>) -> Timex {
    Timex {
        id: format_smolstr!("t{number}"),
        kind: match found.kind {
            dateline_dates::TimexKind::Date => TimexType::Date,
            dateline_dates::TimexKind::Time => TimexType::Time,
            dateline_dates::TimexKind::Duration => TimexType::Duration,
            dateline_dates::TimexKind::Set => TimexType::Set,
        },
        value: found.value.into(),
        begin: found.begin,
        end: found.until,
        modifier: found.modifier.map(|modifier| SmolStr::new_static(modifier.as_str())),
        anchor: found.anchor.map(SmolStr::from),
        rule: SmolStr::new_static(found.rule),
        span: field.span(found.start, found.end),
    }
}
