//! Targets for fuzzing: plain functions that feed bytes to a reader and panic
//! when something is not as it must be for any bytes whatever.
//!
//! `cargo test -p dateline-fuzz` runs each of them over its corpus (inputs that
//! once broke something, and a few sound ones) and over mutations of that.
//! `fuzz/` holds the same targets as programs for libFuzzer; see
//! docs/CONTRIBUTING.md. A new target is a function here, a line in [`TARGETS`],
//! a folder in `corpus/` and a program in `fuzz/fuzz_targets/`.

mod archives;
mod dates;
mod feeds;
mod lists;
mod names;
mod records;
mod robots;

pub use archives::warc;
pub use dates::{date_string, dates};
pub use feeds::{extract, feed};
pub use lists::opml;
pub use names::{entities, gazetteer, model};
pub use records::record;
pub use robots::robots;

/// A function that must bear any bytes.
pub type Target = fn(&[u8]);

/// Every target by the name of its corpus.
pub const TARGETS: &[(&str, Target)] = &[
    ("date_string", date_string),
    ("dates", dates),
    ("entities", entities),
    ("extract", extract),
    ("feed", feed),
    ("gazetteer", gazetteer),
    ("model", model),
    ("opml", opml),
    ("record", record),
    ("robots", robots),
    ("warc", warc),
];
