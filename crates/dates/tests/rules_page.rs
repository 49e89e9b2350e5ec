//! The page of the rules in docs/ is the one that the rules give.

use dateline_dates::{rules, rules_page};
use std::path::Path;

#[test]
fn the_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/date-rules.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, rules_page()).expect("docs/ can be written");
    }
    let page = std::fs::read_to_string(&path).expect("docs/date-rules.md is there");
    assert!(page == rules_page(), "run: UPDATE_DOCS=1 cargo test -p dateline-dates --test rules_page");
}

#[test]
fn every_rule_has_a_name_of_its_own_and_a_description() {
    for (one, next) in rules().iter().zip(&rules()[1..]) {
        assert!(one.name < next.name, "{}", next.name);
    }
    assert!(rules().iter().all(|rule| rule.description.len() > 10));
}
