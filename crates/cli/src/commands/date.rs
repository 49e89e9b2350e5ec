//! `dateline date`: publication-date strings in, one JSON line out for each.

use super::input::STDIN;
use crate::args::Date;
use crate::output::Usage;
use anyhow::Context as _;
use dateline_dates::{DateStringError, Precision, parse_date_string};
use dateline_runtime::clock::{Clock, SystemClock};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;
use std::io::{BufRead, BufWriter, Write};
use std::process::ExitCode;

/// Longest string that is looked at, in bytes.
const MAX_LINE: usize = 64 * 1024;

/// What the strings are read against.
struct Context {
    zone: Option<TimeZone>,
    reference: Option<Timestamp>,
}

/// Exit code 0 also for refused strings: the refusal is the answer.
pub(crate) fn run(options: &Date) -> anyhow::Result<ExitCode> {
    let zone = options.zone.as_deref().map(zone).transpose()?;
    let reference = options.reference.as_deref().map(|text| reference(text, zone.as_ref())).transpose()?;
    let context = Context { zone, reference };
    let mut out = BufWriter::new(std::io::stdout().lock());
    for string in &options.strings {
        if string == STDIN {
            context.answer_lines(&mut out)?;
        } else {
            context.answer(string, &mut out)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// A moment to count from: now, or a date string with a time of day, or the noon of a day.
fn reference(text: &str, zone: Option<&TimeZone>) -> Result<Timestamp, Usage> {
    if text == "now" {
        return Ok(SystemClock.now());
    }
    let wrong =
        |why: String| Usage(format!("--reference `{text}`: {why}; an example is 2023-11-03T10:15:00Z"));
    let date = parse_date_string(text, zone, None).map_err(|error| wrong(error.to_string()))?;
    if date.precision < Precision::Day {
        return Err(wrong("a month or a year is no moment".to_owned()));
    }
    let noon = || date.offset.to_timestamp(date.local.date().at(12, 0, 0, 0)).ok();
    date.timestamp().or_else(noon).ok_or_else(|| wrong("it lies outside the calendar".to_owned()))
}

fn zone(name: &str) -> Result<TimeZone, Usage> {
    TimeZone::get(name)
        .map_err(|_| Usage(format!("`{name}` is no IANA time zone; an example is Europe/Kyiv")))
}

impl Context {
    fn answer_lines(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let mut input = std::io::stdin().lock();
        let mut line = Vec::new();
        loop {
            line.clear();
            if input.read_until(b'\n', &mut line).context("could not read standard input")? == 0 {
                return Ok(());
            }
            let end = line.len().min(MAX_LINE);
            let text = String::from_utf8_lossy(&line[..end]);
            self.answer(text.trim_end_matches(['\n', '\r']), out)?;
        }
    }

    fn answer(&self, input: &str, out: &mut impl Write) -> std::io::Result<()> {
        let line = match parse_date_string(input, self.zone.as_ref(), self.reference) {
            Ok(date) => json!({
                "input": input,
                "value": date.to_string(),
                "precision": date.precision.to_string(),
                "zone": date.zone.to_string(),
            }),
            Err(DateStringError::NeedsReference) => {
                json!({ "input": input, "error": format!("{}; give --reference", DateStringError::NeedsReference) })
            }
            Err(error) => json!({ "input": input, "error": error.to_string() }),
        };
        writeln!(out, "{line}")
    }
}
