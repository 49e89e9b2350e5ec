//! `dateline tap`: messages as they pass by, a line each.

use super::status::connect;
use crate::args::{Common, Tap};
use crate::output::{Usage, printable};
use crate::{config, output};
use dateline_bus::Passing;
use dateline_model::packed::{MOST_UNPACKED, plain};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Characters of a headline that are shown.
const HEADLINE: usize = 80;

/// Listens until a signal, or until enough was shown.
pub(crate) async fn run(common: &Common, options: &Tap) -> anyhow::Result<ExitCode> {
    let wrong =
        options.subject.split('.').any(str::is_empty) || options.subject.contains(char::is_whitespace);
    if wrong {
        let why = format!("`{}` is no subject; an example is dateline.enriched.en.>", options.subject);
        return Err(Usage(why).into());
    }
    let config = config::read(common)?.value;
    let bus = connect(&config).await?;
    let mut tap = bus.tap(&options.subject).await?;
    output::note(format!("listening to {}; Ctrl-C ends it", options.subject));
    let mut end = std::pin::pin!(tokio::signal::ctrl_c());
    let (mut passed, mut shown) = (0_u64, 0_u64);
    while options.limit.is_none_or(|limit| shown < limit) {
        let message = tokio::select! {
            _ = &mut end => break,
            message = tap.next() => message,
        };
        let Some(message) = message else { break };
        passed += 1;
        if (passed - 1).is_multiple_of(options.every) {
            shown += 1;
            output::line(if options.json { as_json(&message).to_string() } else { as_line(&message) })?;
        }
    }
    output::note(format!("{shown} shown of {passed}"));
    Ok(ExitCode::SUCCESS)
}

fn as_json(message: &Passing) -> Value {
    let payload = plain(&message.payload, MOST_UNPACKED);
    let payload =
        serde_json::from_slice(&payload).unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&payload)));
    json!({ "subject": message.subject, "headers": message.headers, "payload": payload })
}

/// Subject, size, and what the message is about.
fn as_line(message: &Passing) -> String {
    let payload: Value = serde_json::from_slice(&plain(&message.payload, MOST_UNPACKED)).unwrap_or_default();
    // A raw article, a record, a notice, a dead letter.
    let words = ["/title", "/headlines/0/value", "/headline", "/detail", "/uri"];
    let about = words.iter().find_map(|place| payload.pointer(place)?.as_str()).unwrap_or_default();
    let about: String = printable(about).replace('\n', " ").chars().take(HEADLINE).collect();
    format!("{:<44} {:>9}  {about}", message.subject, super::status::size(message.payload.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_line_says_what_a_message_is_about() {
        let check = |payload: &str, expected: &str| {
            let payload = payload.to_owned().into();
            let message = Passing { subject: "dateline.raw.a".to_owned(), headers: BTreeMap::new(), payload };
            let line = as_line(&message);
            assert!(line.starts_with("dateline.raw.a ") && line.ends_with(expected), "{line}");
        };
        check(r#"{"title":"Rain\u001b[2J in Accra"}"#, " B  Rain[2J in Accra");
        check(r#"{"headlines":[{"value":"A record"}]}"#, " B  A record");
        check(r#"{"detail":"two\nlines"}"#, " B  two lines");
        check("no JSON", "7 B  ");
    }

    #[test]
    fn a_packed_record_is_shown_as_json() {
        let json = br#"{"headlines":[{"value":"Rain in Accra"}]}"#;
        let payload = dateline_model::packed::pack(json).unwrap().into();
        let message = Passing { subject: "a".to_owned(), headers: BTreeMap::new(), payload };
        assert!(as_line(&message).ends_with("  Rain in Accra"));
        assert_eq!(as_json(&message)["payload"]["headlines"][0]["value"], "Rain in Accra");
    }
}
