//! `dateline date`: publication-date strings in, one JSON line out for each.

use super::input::STDIN;
use crate::args::Date;
use crate::output::Usage;
use anyhow::Context;
use dateline_dates::parse_date_string;
use jiff::tz::TimeZone;
use serde_json::json;
use std::io::{BufRead, BufWriter, Write};
use std::process::ExitCode;

/// Longest string that is looked at, in bytes.
const MAX_LINE: usize = 64 * 1024;

/// Exit code 0 also for refused strings: the refusal is the answer.
pub(crate) fn run(options: &Date) -> anyhow::Result<ExitCode> {
    let zone = options.zone.as_deref().map(zone).transpose()?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for string in &options.strings {
        if string == STDIN {
            answer_lines(zone.as_ref(), &mut out)?;
        } else {
            answer(string, zone.as_ref(), &mut out)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn zone(name: &str) -> Result<TimeZone, Usage> {
    TimeZone::get(name)
        .map_err(|_| Usage(format!("`{name}` is no IANA time zone; an example is Europe/Kyiv")))
}

fn answer_lines(zone: Option<&TimeZone>, out: &mut impl Write) -> anyhow::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line).context("could not read standard input")? == 0 {
            return Ok(());
        }
        let end = line.len().min(MAX_LINE);
        let text = String::from_utf8_lossy(&line[..end]);
        answer(text.trim_end_matches(['\n', '\r']), zone, out)?;
    }
}

fn answer(input: &str, zone: Option<&TimeZone>, out: &mut impl Write) -> std::io::Result<()> {
    let line = match parse_date_string(input, zone, None) {
        Ok(date) => json!({
            "input": input,
            "value": date.to_string(),
            "precision": date.precision.to_string(),
            "zone": date.zone.to_string(),
        }),
        Err(error) => json!({ "input": input, "error": error.to_string() }),
    };
    writeln!(out, "{line}")
}
