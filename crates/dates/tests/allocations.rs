//! How often a text makes the tagger allocate. One test in a program of its
//! own, so that nothing else allocates beside it.

use dateline_dates::{Anchor, Context, Language, parse_date_string, tag};
use dateline_text::Document;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Allocations of a text for its own lists: tokens, sentences, items, results, each grown by doubling.
const LISTS: usize = 40;
/// Allocations of one expression: its value, what it was counted from, what they are made of.
const EACH: usize = 4;

const SENTENCE: &str = "The company said Friday that net income rose in the third quarter, from $4.8 million a year \
    earlier, and that it will meet lenders over the next two weeks. ";
const PLAIN: &str =
    "Police searched the woods near the river with dogs and boats, officials of the town said. ";

/// Allocations (grown lists included) and expressions of one text.
fn measure(text: &str, context: &Context<'_>) -> (usize, usize) {
    let region = Region::new(ALLOCATOR);
    let found = tag(&Document::new(text), context);
    let change = region.change();
    (change.allocations + change.reallocations, found.len())
}

#[test]
fn allocations_follow_the_expressions_and_not_the_words() {
    let published = parse_date_string("2023-11-15", None, None).expect("a date");
    let anchor = Anchor::new(&published, None);
    let context = Context { anchor: Some(&anchor), language: Language::English };
    // The lexicon is made with the first text.
    measure(SENTENCE, &context);
    let (dated, expressions) = measure(&SENTENCE.repeat(100), &context);
    assert_eq!(expressions, 400);
    assert!(dated <= LISTS + EACH * expressions, "{dated} allocations for {expressions} expressions");
    let (plain, none) = measure(&PLAIN.repeat(1000), &context);
    assert_eq!(none, 0);
    assert!(plain <= LISTS, "{plain} allocations for 16,000 words");
    println!("{dated} allocations with {expressions} expressions, {plain} in a text without any");
}
