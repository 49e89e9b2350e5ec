//! Temporal expressions in news text, publication-date strings, and the
//! publication date of an article.
//!
//! [`tag`] finds dates, times, durations and sets in a text, normalises them to
//! TIMEX3 values and, where one exists, to an interval in UTC.
//! [`parse_date_string`] reads the date strings of feeds and pages.
//! [`resolve`] weighs all claims about when an article was published.
//!
//! Pure functions of their arguments: no I/O, no clock, never the machine's own
//! time zone. Left out: events and the relations between events and times.

mod anchor;
mod contradiction;
mod date_string;
mod language;
mod place_zone;
mod publication;
mod rules;
mod tagger;
mod timex;
mod word_map;

pub use anchor::{Anchor, Context, Precision, Zone};
pub use contradiction::{Contradiction, contradictions};
pub use date_string::{DateStringError, ParsedDate, parse_date_string};
pub use language::Language;
pub use place_zone::place_zone;
pub use publication::{Claim, ClaimOrigin, Conflict, Published, Refusal, RefusalReason, Resolution, resolve};
pub use rules::{RuleInfo, rules, rules_page};
pub use tagger::tag;
pub use timex::{Modifier, Timex, TimexKind};
