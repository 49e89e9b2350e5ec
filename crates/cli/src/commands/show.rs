//! `dateline show`: one stored record.

use crate::args::{Common, Show};
use crate::output::{Style, Usage, printable};
use crate::{config, output};
use anyhow::bail;
use dateline_model::{ArticleId, NewsRecord};
use dateline_store::{RecordReader, open_reader};
use std::process::ExitCode;
use std::sync::Arc;

/// How much of a text stands for a headline that is not there.
const OPENING: usize = 80;

/// Prints the record for a person, or as JSON.
pub(crate) async fn run(common: &Common, options: &Show) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let id = id(&options.uri)?;
    let reader = open_reader(&config.store()).await?;
    if options.versions {
        return print_versions(&reader, id, options).await;
    }
    let record = find(&reader, id).await?;
    if options.json {
        output::line(serde_json::to_string(&record)?)?;
    } else {
        print_record(&record, Style::stdout())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The id in a uri, or a bare one.
pub(crate) fn id(uri: &str) -> Result<ArticleId, Usage> {
    uri.parse().map_err(|error: dateline_model::IdError| Usage(error.to_string()))
}

/// The current record of an article.
pub(crate) async fn find(reader: &Arc<dyn RecordReader>, id: ArticleId) -> anyhow::Result<NewsRecord> {
    match reader.get(id).await? {
        Some(record) => Ok(record),
        None => {
            bail!("nothing is stored under {}; `dateline search` gives the uris that are there", id.uri())
        }
    }
}

/// What to call an article in one line: its headline, or how its text begins.
pub(crate) fn title(record: &NewsRecord) -> String {
    match record.headline() {
        Some(headline) => printable(headline),
        None => format!("(no headline) {}", printable(&opening(record.body()))).trim_end().to_owned(),
    }
}

/// The first words of a text, in one line of up to [`OPENING`] code points.
fn opening(text: &str) -> String {
    let words = text.split_whitespace().take(OPENING).collect::<Vec<_>>().join(" ");
    let Some((end, _)) = words.char_indices().nth(OPENING) else { return words };
    let whole_words = words[..end].rfind(' ').unwrap_or(end);
    format!("{}…", &words[..whole_words])
}

async fn print_versions(
    reader: &Arc<dyn RecordReader>,
    id: ArticleId,
    options: &Show,
) -> anyhow::Result<ExitCode> {
    let versions = reader.versions(id).await?;
    if versions.is_empty() {
        bail!("nothing is stored under {}", id.uri());
    }
    for version in versions {
        if options.json {
            output::line(serde_json::to_string(&version)?)?;
        } else {
            let current = if version.info.current { "current" } else { "earlier" };
            output::line(format!(
                "{} {current} {} {}",
                version.info.first_seen,
                version.info.content_hash,
                title(&version.record)
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print_record(record: &NewsRecord, style: Style) -> std::io::Result<()> {
    output::line(style.bold(&printable(record.headline().unwrap_or("(no headline)"))))?;
    let extension = &record.dateline;
    let published = extension.published.as_ref().map_or_else(
        || "undated".to_owned(),
        |date| {
            let from = date.from.replace('-', " ");
            format!("{} (from the {from}, confidence {:.2})", date.value, date.confidence)
        },
    );
    let mut facts = vec![("published", published), ("language", record.language.clone())];
    facts.push(("source", extension.source.id.to_string()));
    facts.extend(record.by.clone().map(|by| ("by", by)));
    facts.extend(record.located.clone().map(|place| ("from", place)));
    facts.extend(record.info_sources.iter().map(|source| (info_role(&source.role), source.name.clone())));
    facts.extend(record.renditions.first().map(|rendition| ("url", rendition.href.clone())));
    facts.push(("taken in", extension.ingested_at.to_string()));
    facts.push(("uri", record.uri.clone()));
    for (name, value) in facts {
        output::line(format!("  {name:<10} {}", printable(&value)))?;
    }
    output::line("")?;
    output::line(printable(record.body()))?;
    print_names(record, style)?;
    for warning in &extension.warnings {
        output::line(format!("  warning: {}", printable(warning)))?;
    }
    Ok(())
}

fn info_role(role: &str) -> &'static str {
    if role == "agency" { "agency" } else { "publisher" }
}

fn print_names(record: &NewsRecord, style: Style) -> std::io::Result<()> {
    output::line("")?;
    output::line(style.bold("Entities"))?;
    for entity in &record.dateline.entities {
        let uri = entity.uri.as_deref().unwrap_or("not linked");
        let role = entity.role.as_ref().map(|role| format!(", {role}")).unwrap_or_default();
        let name = printable(&format!("{}{role}", entity.name));
        output::line(format!(
            "  {:<12} {name}  ×{}  {}",
            entity.kind.as_str(),
            entity.mentions.len(),
            style.dim(uri)
        ))?;
    }
    output::line(style.bold("Dates"))?;
    for timex in &record.dateline.timex {
        output::line(format!("  {:<24} {}", timex.value, printable(&timex.span.text)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_with_whole_words() {
        let check = |text: &str, expected: &str| assert_eq!(opening(text), expected, "{text}");
        check("", "");
        check(" RAFAH, Nov 24 -\n A truce  began.", "RAFAH, Nov 24 - A truce began.");
        check(&"word ".repeat(17), &format!("{}word…", "word ".repeat(15)));
        check(&"é".repeat(81), &format!("{}…", "é".repeat(80)));
    }
}
