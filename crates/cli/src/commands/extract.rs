//! `dateline extract`: foreign bytes in, one raw article a line out.

use super::input;
use crate::args::{Common, Extract};
use crate::{config, output};
use dateline_dates::{Claim, Resolution};
use dateline_extract::{ExtractError, Input};
use dateline_model::{Article, ClaimRole};
use dateline_runtime::clock::{Clock, SystemClock};
use jiff::Timestamp;
use jiff::tz::Offset;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Reads and prints every input; what cannot be read becomes a line with `error`.
pub(crate) fn run(common: &Common, options: &Extract) -> anyhow::Result<ExitCode> {
    let limits = config::read(common)?.value.producer.limits();
    let now = SystemClock.now();
    let mut faults = false;
    for path in &options.paths {
        let name = path.display().to_string();
        let bytes = match input::read(path, limits.max_input_bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                faults = true;
                output::line(
                    json!({"origin": {"path": name, "index": 0}, "error": format!("{error:#}")}).to_string(),
                )?;
                continue;
            }
        };
        let input = Input {
            base_url: options.url.as_deref(),
            content_type: options.content_type.as_deref(),
            ..Input::new(&name, &bytes)
        };
        for item in dateline_extract::extract(&input, &limits) {
            faults |= item.is_err();
            output::line(to_json(item, now).to_string())?;
        }
    }
    Ok(if faults { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn to_json(item: Result<Article, ExtractError>, now: Timestamp) -> Value {
    match item {
        Err(error) => json!({ "origin": error.origin, "error": error.to_string() }),
        Ok(article) => {
            let (published, updated) =
                (date(&article, ClaimRole::Published, now), date(&article, ClaimRole::Updated, now));
            let mut value = json!(article);
            if let Some(object) = value.as_object_mut() {
                object.remove("claims");
                object.extend(published.map(|date| ("published".to_owned(), date)));
                object.extend(updated.map(|date| ("updated".to_owned(), date)));
            }
            value
        }
    }
}

/// What the article's claims of one role come to.
fn date(article: &Article, role: ClaimRole, now: Timestamp) -> Option<Value> {
    let claims: Vec<Claim<'_>> = article
        .claims
        .iter()
        .filter(|claim| claim.role == role)
        .map(|claim| Claim { origin: dateline_enricher::claim_origin(claim.from), raw: &claim.raw })
        .collect();
    // What an archive holds was published before it was fetched.
    let known_at = article.fetched_at().map_or(now, |fetched| fetched.min(now));
    let Resolution { published, .. } = dateline_dates::resolve(&claims, known_at, None);
    let date = published?;
    // With the offset of the place, so that the day is the one that readers there saw.
    let stated =
        date.value.timestamp().map(|instant| instant.display_with_offset(date.value.offset).to_string());
    Some(json!({
        "value": stated.filter(|_| date.value.offset != Offset::UTC).unwrap_or_else(|| date.value.to_string()),
        "precision": date.value.precision.to_string(),
        "zone": date.value.zone.to_string(),
        "raw": date.raw,
    }))
}
