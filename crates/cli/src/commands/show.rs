//! `dateline show`: one stored record.

use crate::args::{Common, Show};
use crate::output::{Style, Usage, printable};
use crate::{config, output};
use anyhow::bail;
use dateline_model::{ArticleId, NewsRecord};
use dateline_store::{RecordReader, open_reader};
use std::process::ExitCode;
use std::sync::Arc;

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
            let headline = printable(version.record.headline().unwrap_or("(no headline)"));
            output::line(format!(
                "{} {current} {} {headline}",
                version.info.first_seen, version.info.content_hash
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
