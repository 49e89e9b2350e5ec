//! `/config`: the configuration in force, each value with its origin.

use super::{Section, layout};
use crate::state::Console;
use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};

/// `GET /config`.
pub(crate) async fn page(State(console): State<Console>) -> Html<String> {
    let content = html! {
        div class="over" {
            h1 { "Configuration" }
            p class="aside" { "in force since this process started; secrets are hidden" }
        }
        @for (name, lines) in sections(&console.effective) {
            section class="card settings" aria-labelledby={ "section-" (name) } {
                h2 id={ "section-" (name) } { (if name.is_empty() { "General" } else { name }) }
                table {
                    thead class="hidden" { tr { th scope="col" { "Key" } th scope="col" { "Value" } th scope="col" { "Origin" } } }
                    tbody { @for line in lines { (setting(line)) } }
                }
            }
        }
        p class="hint" { "The same at a terminal: " code { "dateline config print" } ". What each key does stands in "
            code { "config/dateline.toml" } "." }
    };
    Html(layout(Section::Config, "Configuration", &content).into_string())
}

/// Headings with their lines; the first has no heading.
fn sections(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut sections = vec![("", Vec::new())];
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(name) = line.strip_prefix('[') {
            sections.push((name.trim_matches(['[', ']']), Vec::new()));
        } else if let Some((_, lines)) = sections.last_mut() {
            lines.push(line);
        }
    }
    sections.retain(|(_, lines)| !lines.is_empty());
    sections
}

/// `key = value  # origin`
fn setting(line: &str) -> Markup {
    let (setting, origin) = line.rsplit_once("  # ").unwrap_or((line, ""));
    let (key, value) = setting.split_once(" = ").unwrap_or((setting, ""));
    html! {
        tr class=(if origin == "default" { "plain" } else { "set" }) {
            th scope="row" { code { (key) } }
            td { code { (value) } }
            td class="origin" { (origin) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_under_their_headings() {
        let text = "data_dir = \".dateline\"  # default\n\n[log]\nlevel = \"info\"  # line 3\n\n[nats]\n";
        let read = sections(text);
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].0, read[1].0, read[1].1.len()), ("", "log", 1));
        let row = setting(read[1].1[0]).into_string();
        assert!(row.contains("level") && row.contains("info") && row.contains("line 3"), "{row}");
    }
}
