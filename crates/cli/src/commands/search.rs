//! `dateline search`: what is stored, best first.

use crate::args::{Common, Search};
use crate::output::{Style, Usage, printable};
use crate::{config, output};
use dateline_store::{Cursor, Hit, MarkedText, SearchRequest, open_reader};
use std::process::ExitCode;

/// Exit code 0 also when nothing matches.
pub(crate) async fn run(common: &Common, options: &Search) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let reader = open_reader(&config.store()).await?;
    let mut request = SearchRequest::parse(&query(options)).map_err(|error| Usage(error.to_string()))?;
    request.limit = options.limit.max(1);
    request.cursor = options.cursor.clone().map(Cursor);
    let page = reader.search(request).await?;
    if options.json {
        output::line(serde_json::to_string(&page)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let style = Style::stdout();
    for hit in &page.hits {
        print_hit(hit, style)?;
    }
    let at_least = if page.total_is_exact { "" } else { "at least " };
    output::note(format!("{} shown of {at_least}{} found", page.hits.len(), page.total));
    Ok(ExitCode::SUCCESS)
}

/// Options are a shorter way to write operators of the query.
fn query(options: &Search) -> String {
    let mut parts = options.query.clone();
    let operators = [
        ("since", &options.since),
        ("until", &options.until),
        ("entity", &options.entity),
        ("source", &options.source),
    ];
    for (name, value) in operators {
        if let Some(value) = value {
            parts.push(operator(name, value));
        }
    }
    parts.join(" ")
}

/// A filter with its value; a `~` at the end of that stands behind the quotes.
pub(crate) fn operator(name: &str, value: &str) -> String {
    let plain = value.replace('"', " ");
    match plain.strip_suffix('~').filter(|rest| !rest.is_empty()) {
        Some(alike) => format!("{name}:\"{alike}\"~"),
        None => format!("{name}:\"{plain}\""),
    }
}

fn print_hit(hit: &Hit, style: Style) -> std::io::Result<()> {
    let headline =
        hit.headline.as_ref().map_or_else(|| "(no headline)".to_owned(), |text| marked(text, style));
    let published = hit.published.as_ref().map_or("undated", |published| published.value.as_str());
    output::line(style.bold(&headline))?;
    output::line(format!("  {published} · {} · {}", hit.source.id, hit.language))?;
    let snippet = marked(&hit.snippet, style).split_whitespace().collect::<Vec<_>>().join(" ");
    output::line(format!("  {snippet}"))?;
    output::line(format!("  {}\n", style.dim(&hit.uri)))
}

/// The text with its marks made visible.
fn marked(text: &MarkedText, style: Style) -> String {
    let mut out = String::new();
    let characters: Vec<char> = text.text.chars().collect();
    let mut at = 0;
    for mark in &text.marks {
        let (start, end) = (mark.start.clamp(at, characters.len()), mark.end.min(characters.len()));
        out.extend(&characters[at..start]);
        let inner: String = characters[start..end.max(start)].iter().collect();
        out.push_str(&style.marked(&printable(&inner)));
        at = end.max(start);
    }
    out.push_str(&printable(&characters[at..].iter().collect::<String>()));
    out
}
