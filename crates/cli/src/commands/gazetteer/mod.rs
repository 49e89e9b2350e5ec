//! `dateline gazetteer build`: own lists of names, checked and written as one
//! file that the enricher reads.

mod json_lines;
mod row;
mod wikidata;

use crate::args::{GazetteerBuild, ListFormat};
use crate::commands::input::STDIN;
use crate::output;
use anyhow::{Context, Result, bail};
use dateline_entities::{Gazetteer, List};
use flate2::read::MultiGzDecoder;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::ExitCode;

/// Longest line, in bytes: an item of Wikidata can have some megabytes.
const LONGEST_LINE: u64 = 64 << 20;
/// Faults that are told before giving up on a list.
const FAULTS: usize = 10;

/// Reads lists, checks every row, and writes one file.
pub(crate) fn build(options: &GazetteerBuild) -> Result<ExitCode> {
    let mut rows = BTreeSet::new();
    for path in &options.paths {
        let list = read(path, options).with_context(|| format!("read the list {}", path.display()))?;
        rows.extend(list);
    }
    if rows.is_empty() {
        bail!("the lists have no rows; nothing was written");
    }
    let count = rows.len();
    let text: String = rows.iter().flat_map(|row| [row.as_str(), "\n"]).collect();
    let list = List { name: options.out.display().to_string().into(), text: text.into() };
    let bytes = list.to_compact();
    // The last word is the reader's own.
    Gazetteer::from_lists([List::from_bytes(&list.name, bytes.clone())?])?;
    write(&options.out, &bytes)?;
    output::line(format!("{}: {count} rows, {} bytes", options.out.display(), bytes.len()))?;
    Ok(ExitCode::SUCCESS)
}

/// Written beside and moved into place, so that a running enricher never sees
/// half of it.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = path.with_extension("part");
    std::fs::write(&beside, bytes).with_context(|| format!("write {}", beside.display()))?;
    std::fs::rename(&beside, path).with_context(|| format!("move the file to {}", path.display()))
}

/// The rows of one list.
fn read(path: &Path, options: &GazetteerBuild) -> Result<Vec<String>> {
    let plain: Box<dyn Read> = if path.as_os_str() == STDIN {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path)?)
    };
    let mut lines = Lines { reader: unzipped(plain)?, number: 0 };
    let first = lines.next_line()?;
    let format = match (options.format, &first) {
        (ListFormat::Auto, Some(line)) => format_of(line),
        (format, _) => format,
    };
    let Some(first) = first else { return Ok(Vec::new()) };
    match format {
        ListFormat::Jsonl => each(first, &mut lines, json_lines::row),
        ListFormat::Wikidata => wikidata::rows(first, &mut lines, options.least_links),
        ListFormat::Auto | ListFormat::Tsv => each(first, &mut lines, |line| {
            let row = (!line.starts_with('#')).then(|| line.to_owned());
            Ok(row)
        }),
    }
}

fn format_of(line: &str) -> ListFormat {
    match line.trim_start().chars().next() {
        Some('[') => ListFormat::Wikidata,
        Some('{') if line.contains("\"labels\"") => ListFormat::Wikidata,
        Some('{') => ListFormat::Jsonl,
        _ => ListFormat::Tsv,
    }
}

/// Turns every line into a row with `convert` and checks it.
fn each(
    first: String,
    lines: &mut Lines,
    convert: impl Fn(&str) -> Result<Option<String>, String>,
) -> Result<Vec<String>> {
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut line = Some(first);
    while let Some(text) = line {
        if !text.trim().is_empty() {
            let row = convert(&text).and_then(|row| match row {
                Some(row) => Gazetteer::check_row(&row).map(|()| Some(row)).map_err(str::to_owned),
                None => Ok(None),
            });
            match row {
                Ok(row) => rows.extend(row),
                Err(problem) => faults.push(format!("line {}: {problem}", lines.number)),
            }
        }
        if faults.len() >= FAULTS {
            break;
        }
        line = lines.next_line()?;
    }
    if !faults.is_empty() {
        bail!("{}; correct the rows, nothing was written", faults.join("; "));
    }
    Ok(rows)
}

/// Lines of bounded length.
struct Lines {
    reader: Box<dyn BufRead>,
    number: usize,
}

impl Lines {
    fn next_line(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        let read = self.reader.by_ref().take(LONGEST_LINE).read_line(&mut line)?;
        self.number += 1;
        if read as u64 == LONGEST_LINE {
            bail!("line {} is longer than {LONGEST_LINE} bytes; is this a list?", self.number);
        }
        line.truncate(line.trim_end_matches(['\n', '\r']).len());
        Ok((read > 0).then_some(line))
    }
}

/// The bytes of a list, unpacked where they are gzip.
fn unzipped(plain: Box<dyn Read>) -> Result<Box<dyn BufRead>> {
    let mut reader = BufReader::new(plain);
    if reader.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(BufReader::new(MultiGzDecoder::new(reader))));
    }
    Ok(Box::new(reader))
}
