//! One run as one line of JSON, and many of them as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::Options;
use super::judge::Findings;
use super::newsroom::{Extent, Newsroom};

/// What a run did and what the judge found.
#[derive(Debug, Clone)]
pub struct Report {
    seed: u64,
    cluster: bool,
    commit: String,
    extent: Extent,
    faults: BTreeMap<&'static str, u64>,
    seconds: [u64; 2],
    unasked: Vec<String>,
    /// What the judge found.
    pub findings: Findings,
}

impl Report {
    pub(crate) fn new(
        options: &Options,
        newsroom: &Newsroom,
        faults: BTreeMap<&'static str, u64>,
        times: [Duration; 2],
        findings: Findings,
    ) -> Self {
        Self {
            seed: options.seed,
            cluster: options.cluster,
            commit: options.commit.clone(),
            extent: newsroom.extent(),
            faults,
            seconds: times.map(|time| time.as_secs()),
            unasked: newsroom.unasked_ends().into_iter().map(str::to_owned).collect(),
            findings,
        }
    }

    /// Whether every promise was kept and no process ended by itself.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.is_clean() && self.unasked.is_empty()
    }

    /// How many faults struck.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.faults.values().sum()
    }

    /// The run as a line of the results file.
    #[must_use]
    pub fn json(&self) -> Value {
        let found = &self.findings;
        json!({
            "seed": self.seed,
            "broker": if self.cluster { "R3 cluster" } else { "one server" },
            "commit": self.commit,
            "store": if self.extent.postgres { "PostgreSQL" } else { "SQLite" },
            "fullStreams": self.extent.small_streams,
            "fullDisks": self.extent.small_disks,
            "faults": self.faults,
            "loadSeconds": self.seconds[0],
            "drainSeconds": self.seconds[1],
            "articles": found.articles,
            "versions": found.versions,
            "badInputs": found.bad_inputs,
            "lost": found.lost,
            "duplicated": found.duplicated,
            "wrong": found.wrong,
            "lettersMissing": found.letters_missing,
            "lettersUnexplained": found.letters_unexplained,
            "lettersRepeated": found.letters_repeated,
            "notConserved": found.not_conserved,
            "unaskedEnds": self.unasked,
            "named": found.named,
        })
    }
}

/// The results file as a page: sums, then a row for each run.
///
/// # Errors
/// The number of the line that is no result.
pub fn table(results: &str) -> Result<String, usize> {
    let read = |(number, line): (usize, &str)| serde_json::from_str(line).map_err(|_| number + 1);
    let runs: Vec<Value> = results.lines().enumerate().map(read).collect::<Result<_, _>>()?;
    let mut page = summary(&runs);
    page.push_str(
        "\n| seed | broker | store | runs full | articles | versions | bad inputs | faults | load s | drain s | \
         lost | duplicated | wrong | unexplained | commit |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for run in &runs {
        let number = |key: &str| run[key].as_u64().unwrap_or(0);
        let text = |key: &str| run[key].as_str().unwrap_or_default();
        writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            number("seed"),
            text("broker"),
            text("store"),
            runs_full(run),
            number("articles"),
            number("versions"),
            number("badInputs"),
            faults_of(run),
            number("loadSeconds"),
            number("drainSeconds"),
            number("lost"),
            number("duplicated"),
            number("wrong"),
            unexplained(run),
            text("commit"),
        )
        .expect("a string takes any text");
    }
    Ok(page)
}

/// What of a run was made so small that it runs full.
fn runs_full(run: &Value) -> &'static str {
    match (run["fullStreams"] == true, run["fullDisks"] == true) {
        (true, _) => "streams",
        (_, true) => "disks",
        _ => "",
    }
}

fn faults_of(run: &Value) -> u64 {
    run["faults"].as_object().map_or(0, |kinds| kinds.values().filter_map(Value::as_u64).sum())
}

/// Letters without reason or missing, counts that do not add up, processes that ended by themselves.
fn unexplained(run: &Value) -> u64 {
    let list = |key: &str| run[key].as_array().map_or(0, |list| list.len() as u64);
    let number = |key: &str| run[key].as_u64().unwrap_or(0);
    number("lettersMissing") + number("lettersUnexplained") + list("notConserved") + list("unaskedEnds")
}

fn summary(runs: &[Value]) -> String {
    let sum = |key: &str| runs.iter().filter_map(|run| run[key].as_u64()).sum::<u64>();
    let mut page = String::from(
        "| | runs | minutes | articles | faults | lost | duplicated | wrong | unexplained |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for broker in ["one server", "R3 cluster"] {
        let of: Vec<&Value> = runs.iter().filter(|run| run["broker"] == broker).collect();
        let sum = |key: &str| of.iter().filter_map(|run| run[key].as_u64()).sum::<u64>();
        writeln!(
            page,
            "| {broker} | {} | {} | {} | {} | {} | {} | {} | {} |",
            of.len(),
            (sum("loadSeconds") + sum("drainSeconds")) / 60,
            sum("articles"),
            of.iter().map(|run| faults_of(run)).sum::<u64>(),
            sum("lost"),
            sum("duplicated"),
            sum("wrong"),
            of.iter().map(|run| unexplained(run)).sum::<u64>(),
        )
        .expect("a string takes any text");
    }
    let mut kinds = BTreeMap::<&str, u64>::new();
    for (kind, count) in runs.iter().filter_map(|run| run["faults"].as_object()).flatten() {
        *kinds.entry(kind).or_default() += count.as_u64().unwrap_or(0);
    }
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    writeln!(
        page,
        "\nFaults by kind: {}. Letters repeated for the same bad input: {}.",
        kinds.join(", "),
        sum("lettersRepeated")
    )
    .expect("a string takes any text");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_become_a_table() {
        let run = |broker: &str, lost: u64| {
            json!({
                "seed": 7, "broker": broker, "store": "SQLite", "commit": "abc", "fullStreams": true,
                "faults": {"kill role": 2, "odd clock": 1},
                "loadSeconds": 100, "drainSeconds": 30, "articles": 500, "versions": 510, "badInputs": 3,
                "lost": lost, "duplicated": 0, "wrong": 0, "lettersUnexplained": 1, "lettersRepeated": 2,
            })
        };
        let results = format!("{}\n{}\n", run("one server", 0), run("R3 cluster", 4));
        let page = table(&results).unwrap();
        for row in [
            "| one server | 1 | 2 | 500 | 3 | 0 | 0 | 0 | 1 |",
            "| R3 cluster | 1 | 2 | 500 | 3 | 4 | 0 | 0 | 1 |",
            "| 7 | R3 cluster | SQLite | streams | 500 | 510 | 3 | 3 | 100 | 30 | 4 | 0 | 0 | 1 | abc |",
            "kill role 4, odd clock 2",
        ] {
            assert!(page.contains(row), "`{row}` is not in {page}");
        }
        assert_eq!(table("{}\nnonsense\n"), Err(2));
    }
}
