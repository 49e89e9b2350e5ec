//! `dateline timeline`: the dates that stored articles speak of.

use crate::args::{Common, Timeline};
use crate::output::{Style, Usage, printable};
use crate::{config, output};
use dateline_store::{Query, TimelineRequest, open_reader};
use std::process::ExitCode;

/// Exit code 0 also when nothing matches.
pub(crate) async fn run(common: &Common, options: &Timeline) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let query = Query::parse(&query(options)).map_err(|error| Usage(error.to_string()))?;
    let reader = open_reader(&config.store()).await?;
    let request = TimelineRequest { limit: options.limit.max(1), ..TimelineRequest::new(query) };
    let entries = reader.timeline(request).await?.dates;
    let style = Style::stdout();
    for entry in &entries {
        if options.json {
            output::line(serde_json::to_string(entry)?)?;
            continue;
        }
        let headline = entry.headline.as_deref().map_or_else(|| "(no headline)".to_owned(), printable);
        let value = printable(&entry.value);
        output::line(format!("{:<22} {:>5}  {headline}", style.bold(&value), entry.articles))?;
    }
    output::note(output::counted(entries.len(), "date"));
    Ok(ExitCode::SUCCESS)
}

/// Options are a shorter way to write operators of the query.
fn query(options: &Timeline) -> String {
    let mut parts = options.query.clone();
    if let Some(name) = &options.entity {
        parts.push(super::search::operator("entity", name));
    }
    if let (Some(from), Some(to)) = (&options.from, &options.to) {
        parts.push(format!("about-date:{from}..{to}"));
    }
    parts.join(" ")
}
