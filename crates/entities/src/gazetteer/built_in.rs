//! The lists that ship with Dateline, compiled into the program.

use super::List;
use std::borrow::Cow;

/// A shipped list by its file name.
macro_rules! list {
    ($name:literal) => {
        List {
            name: Cow::Borrowed($name),
            text: Cow::Borrowed(include_str!(concat!("../../../../seeds/gazetteer/", $name))),
        }
    };
}

/// All shipped lists.
pub(super) fn lists() -> Vec<List> {
    vec![
        list!("countries.tsv"),
        list!("cities.tsv"),
        list!("regions.tsv"),
        list!("people.tsv"),
        list!("statespeople.tsv"),
        list!("given-names.tsv"),
        list!("given-names-world.tsv"),
        list!("surnames-world.tsv"),
        list!("organisations.tsv"),
        list!("bodies.tsv"),
        list!("companies.tsv"),
        list!("media.tsv"),
        list!("clubs.tsv"),
        list!("things.tsv"),
        list!("events.tsv"),
    ]
}
