//! The two calls that the measuring scripts make of the command line, without
//! the pipeline around them: `measure enrich …` reads JSON lines of
//! `{"id", "text", "published"}`, `measure date …` reads date strings, both
//! from standard input. A fast loop for work on the rules.

use dateline_dates::{Anchor, Context, Language, Timex, parse_date_string, tag};
use dateline_text::{CodePoints, Document};
use serde_json::{Value, json};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let enrich = std::env::args().nth(1).is_some_and(|verb| verb == "enrich");
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let line = line?;
        let record = if enrich { enriched(&line) } else { date(&line) };
        writeln!(out, "{record}")?;
    }
    out.flush()
}

fn enriched(line: &str) -> Value {
    let Ok(article) = serde_json::from_str::<Value>(line) else {
        return json!({"error": "not a JSON object"});
    };
    let text = article["text"].as_str().unwrap_or_default();
    let published = article["published"].as_str().and_then(|raw| parse_date_string(raw, None, None).ok());
    let anchor = published.map(|published| Anchor::new(&published, None));
    let language = Language::from_tag(article["language"].as_str().unwrap_or("en"));
    let document = Document::new(text);
    let points = CodePoints::new(text);
    let found = tag(&document, &Context { anchor: anchor.as_ref(), language });
    let timex: Vec<Value> = found.iter().map(|timex| record(timex, &points)).collect();
    json!({
        "altIds": [{"role": "input-id", "value": article["id"]}],
        "bodies": [{"value": text}],
        "dateline": {"timex": timex},
    })
}

fn record(timex: &Timex, points: &CodePoints<'_>) -> Value {
    json!({
        "type": timex.kind.as_str(),
        "value": timex.value,
        "rule": timex.rule,
        "span": {"field": "bodies/0", "start": points.at(timex.start), "end": points.at(timex.end)},
    })
}

fn date(line: &str) -> Value {
    match parse_date_string(line, None, None) {
        Ok(date) => json!({
            "input": line,
            "value": date.to_string(),
            "precision": date.precision.to_string(),
            "zone": date.zone.to_string(),
        }),
        Err(error) => json!({"input": line, "error": error.to_string()}),
    }
}
