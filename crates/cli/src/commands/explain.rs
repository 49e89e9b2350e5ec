//! `dateline explain`: why each date and entity was given.

use super::enrich::Worker;
use super::{entity_reasons, input, show};
use crate::args::{Common, Explain};
use crate::output::{Style, printable};
use crate::{config, output};
use dateline_enricher::Enrichment;
use dateline_entities::Explanation;
use dateline_extract::Input;
use dateline_model::{Entity, NewsRecord, Published, Source, SourceKind, Timex};
use dateline_store::open_reader;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// Explains a stored record, or the articles of a file.
pub(crate) async fn run(common: &Common, options: &Explain) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let path = Path::new(&options.what);
    let is_file = path.is_file() || options.what == input::STDIN;
    let worker = Worker {
        enrichment: Enrichment::new(&config.enricher)?,
        source: Source::new("local", SourceKind::File),
        published: None,
    };
    let records = if is_file {
        let limits = config.producer.limits();
        let bytes = input::read(path, limits.max_input_bytes)?;
        let articles = dateline_extract::extract(&Input::new(&options.what, &bytes), &limits);
        articles
            .into_iter()
            .map(|article| Ok(worker.enrich(article?)?))
            .collect::<anyhow::Result<Vec<_>>>()?
    } else {
        let id = show::id(&options.what)?;
        vec![show::find(&open_reader(&config.store()).await?, id).await?]
    };
    for record in &records {
        let why = worker.enrichment.explain_entities(record);
        if options.json {
            output::line(explanation(record, &why).to_string())?;
        } else {
            print(record, &why, Style::stdout())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn explanation(record: &NewsRecord, why: &[Option<Explanation>]) -> serde_json::Value {
    json!({
        "uri": record.uri,
        "headline": record.headline(),
        "published": record.dateline.published,
        "timex": record.dateline.timex,
        "entities": record.dateline.entities,
        "entityReasons": why.iter().map(|one| one.as_ref().map(entity_reasons::json)).collect::<Vec<_>>(),
        "warnings": record.dateline.warnings,
    })
}

fn print(record: &NewsRecord, why: &[Option<Explanation>], style: Style) -> std::io::Result<()> {
    output::line(style.bold(&show::title(record)))?;
    output::line(format!("  {}\n", style.dim(&record.uri)))?;
    output::line(style.bold("Publication date"))?;
    match &record.dateline.published {
        Some(published) => print_published(published)?,
        None => output::line("  none is stated, so none is given; relative dates stay unresolved")?,
    }
    output::line(format!("\n{}", style.bold("Dates in the text")))?;
    for timex in &record.dateline.timex {
        print_timex(timex, style)?;
    }
    output::line(format!("\n{}", style.bold("Entities")))?;
    for (entity, why) in record.dateline.entities.iter().zip(why) {
        print_entity(entity, style)?;
        if let Some(why) = why {
            entity_reasons::print(why, style)?;
        }
    }
    for warning in &record.dateline.warnings {
        output::line(format!("warning: {}", printable(warning)))?;
    }
    output::line("")
}

fn print_published(published: &Published) -> std::io::Result<()> {
    let Published { value, precision, zone, from, raw, confidence, .. } = published;
    let (precision, zone) = (json!(precision), json!(zone));
    output::line(format!(
        "  {value}: the {} says `{}`; precision {}, zone {}, confidence {confidence:.2}",
        from.replace('-', " "),
        printable(raw),
        precision.as_str().unwrap_or_default(),
        zone.as_str().unwrap_or_default(),
    ))?;
    for conflict in &published.conflicts {
        let value = conflict.value.as_deref().unwrap_or("refused");
        let from = conflict.from.replace('-', " ");
        output::line(format!(
            "  but the {from} says `{}` ({value}): {}",
            printable(&conflict.raw),
            conflict.reason
        ))?;
    }
    Ok(())
}

fn print_timex(timex: &Timex, style: Style) -> std::io::Result<()> {
    let mut parts = vec![format!("rule {}", timex.rule)];
    parts.extend(timex.anchor.as_ref().map(|anchor| format!("counted from {anchor}")));
    parts.extend(timex.modifier.as_ref().map(|modifier| format!("mod {modifier}")));
    if let (Some(begin), Some(end)) = (timex.begin, timex.end) {
        parts.push(format!("from {begin} until {end}"));
    }
    let text = printable(&timex.span.text).replace('\n', " ");
    output::line(format!(
        "  “{}” {} {}",
        style.marked(&text),
        json!(timex.kind).as_str().unwrap_or_default(),
        timex.value
    ))?;
    output::line(format!(
        "      {} [{} {}–{}]",
        parts.join("; "),
        timex.span.field,
        timex.span.start,
        timex.span.end
    ))
}

fn print_entity(entity: &Entity, style: Style) -> std::io::Result<()> {
    let uri = entity.uri.as_deref().unwrap_or("no id");
    let role = entity.role.as_ref().map(|role| format!(", {role}")).unwrap_or_default();
    let name = printable(&format!("{}{role}", entity.name));
    output::line(format!("  {} {} ({uri})", style.marked(&name), entity.kind.as_str()))?;
    let spans: Vec<String> = entity
        .mentions
        .iter()
        .map(|span| format!("“{}” [{} {}–{}]", printable(&span.text), span.field, span.start, span.end))
        .collect();
    output::line(format!(
        "      {}; confidence {:.2}, salience {:.2}",
        entity.reason.as_deref().unwrap_or("no reason was recorded"),
        entity.confidence,
        entity.salience
    ))?;
    output::line(format!("      {}", spans.join(", ")))
}
