//! docs/metrics.md, from the table.

use std::fmt::Write;

use super::family::{Definition, Kind};
use super::label::{Label, Values};
use super::table::CATALOGUE;

const HEAD: &str = "\
<!-- Generated: UPDATE_DOCS=1 cargo test -p dateline-runtime --test metrics_page -->
# Metrics

Every process of Dateline serves these on its admin port at `/metrics`, in Prometheus' text form. Histograms have
buckets, so that they can be added up over processes. No input can make series without end: a value that is not in
its label's set, or one too many, is counted as `other`.

For every stage `in = out + duplicate + dead + retried + in flight` holds at any moment.

";

const TAIL: &str = "
`process_*` (CPU, memory, open files, threads, start time) come with every process besides.

[Alerts and what to do about them](runbook.md) · [Monitoring set-up and what it costs](monitoring.md)
";

/// The page as it stands in docs/.
#[must_use]
pub fn metrics_page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("| metric | kind | labels | meaning |\n|---|---|---|---|\n");
    for definition in CATALOGUE {
        line(&mut page, definition);
    }
    page.push_str("\n## Labels\n\n| label | values | meaning |\n|---|---|---|\n");
    for label in labels() {
        let values = match label.values {
            Values::OneOf(values) => {
                values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" ")
            }
            Values::AtMost(most) => format!("the first {most} that a process meets"),
        };
        put(&mut page, format_args!("| `{}` | {values} | {} |\n", label.name, label.help));
    }
    page.push_str("\n## Buckets\n\n");
    for definition in CATALOGUE.iter().filter(|definition| definition.kind == Kind::Histogram) {
        let bounds: Vec<String> = definition.buckets.iter().map(ToString::to_string).collect();
        put(&mut page, format_args!("- `{}`: {}\n", definition.name, bounds.join(", ")));
    }
    page.push_str(TAIL);
    page
}

fn line(page: &mut String, definition: &Definition) {
    let labels: Vec<String> = definition.labels.iter().map(|label| format!("`{}`", label.name)).collect();
    let (name, kind) = (definition.name, definition.kind.as_str());
    put(page, format_args!("| `{name}` | {kind} | {} | {} |\n", labels.join(" "), definition.help));
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    page.write_fmt(text).expect("writing into memory does not fail");
}

/// Each label once, in the order of their first use.
fn labels() -> Vec<&'static Label> {
    let mut labels: Vec<&'static Label> = Vec::new();
    for label in CATALOGUE.iter().flat_map(|definition| definition.labels) {
        if !labels.iter().any(|known| std::ptr::eq(*known, *label)) {
            labels.push(label);
        }
    }
    labels
}
