//! Pages of documentation made of the figures, so that no figure is copied by hand.

mod performance;
mod scaling;

pub use performance::performance;
pub use scaling::scaling;

use crate::Report;

/// A table in Markdown: a head, and rows of as many cells.
struct Table {
    text: String,
}

impl Table {
    fn new(head: &[&str]) -> Self {
        let ruler: String = head.iter().map(|_| "---|").collect();
        Self { text: format!("| {} |\n|{ruler}\n", head.join(" | ")) }
    }

    fn row(mut self, cells: &[String]) -> Self {
        self.text.extend(["| ", &cells.join(" | "), " |\n"]);
        self
    }

    fn done(self) -> String {
        self.text + "\n"
    }
}

/// Where and how the figures were taken, and what speaks against them.
fn origin(report: &Report) -> String {
    let machine = &report.machine;
    let mut text = format!(
        "{}, {} cores, {} GiB of memory, {}; {}; Dateline {}; {}.\n",
        machine.processor,
        machine.cores,
        machine.memory >> 30,
        machine.system,
        report.broker,
        report.version,
        report.at.get(..10).unwrap_or(&report.at),
    );
    let noise = report.noise();
    if !noise.is_empty() {
        text.extend(["\nNoisy: ", &noise.join("; "), ".\n"]);
    }
    text
}

/// A figure with so many digits behind the point; a dash where there is none.
fn figure(value: f64, digits: usize) -> String {
    if value.is_finite() { format!("{value:.digits$}") } else { "-".to_owned() }
}
