//! What every store must do, run against each of them.
//!
//! `writing` holds the checks of what a store takes, for all of them; `suite` and its
//! neighbours those of stores that can be read. They know only the traits. A store
//! joins with a module that says how it is opened and calls `writing_checks!`, and
//! `all_checks!` where it can be read; what only that store can go through (a locked
//! file, a killed process) stands beside it.

#![expect(clippy::unwrap_used, reason = "a test helper may fail its test")]

mod crash;
mod files;
mod fixture;
mod opensearch;
mod order;
mod postgres;
mod probing;
mod retention;
mod search;
mod small_device;
mod sqlite;
mod suite;
mod timeline;
mod webhook;
mod writing;

use dateline_store::{Store, StoreConfig};
use std::sync::Arc;

/// How a store is opened for a test: always the same, empty at first.
pub(crate) trait Harness: Default {
    /// Opens the store, again where it is open already.
    fn open(&self) -> impl Future<Output = Arc<dyn Store>>;

    /// How another process opens it.
    fn config(&self) -> StoreConfig;

    /// Looks for damage that the traits cannot see.
    fn inspect(&self);
}

/// Makes one test of each check for one store.
macro_rules! conformance {
    ($harness:ty: $($module:ident { $($check:ident),* $(,)? })*) => {$($(
        #[tokio::test(flavor = "multi_thread")]
        async fn $check() {
            let harness = <$harness>::default();
            crate::$module::$check(&harness).await;
            crate::Harness::inspect(&harness);
        }
    )*)*};
}

/// Every check there is.
macro_rules! all_checks {
    ($harness:ty) => {
        crate::conformance! { $harness:
            suite {
                a_record_comes_back_whole, a_new_version_takes_over, an_old_version_is_history,
                equal_times_fall_to_the_larger_hash, redelivery_changes_nothing, work_done_anew_replaces,
                timing_alone_is_no_change, text_that_returns_is_current_again, first_created_is_the_earliest,
                a_retraction_hides_and_keeps, a_retraction_may_come_first, a_retraction_can_be_undone,
                text_with_nul_and_odd_characters, five_thousand_entities,
                a_batch_of_a_thousand, an_article_of_20_mb, clocks_that_jump, one_article_many_times_in_a_batch,
                an_empty_batch, parallel_batches, totals_count, reopening_keeps_everything,
            }
            search {
                words_and_phrases, phrases_of_common_words, negation, entities, sources_and_languages,
                publication_dates, dates_spoken_of, filters_alone, ranking, marks, pages, hostile_queries,
                words_that_are_alike, names_that_are_alike, old_versions_are_not_found, exports,
            }
            timeline { dates_in_order, dates_page_by_page, an_entity_over_time, versions_page_by_page }
            retention {
                old_articles_go_with_all_their_rows, a_new_version_keeps_an_article_young,
                each_source_ages_by_its_own_rule, age_may_count_from_publication,
                what_goes_may_be_retracted_or_come_again, parts_are_as_small_as_asked, sources_are_counted,
                entities_that_nobody_names_go, an_entity_that_went_comes_again_in_every_process,
                a_vacuum_changes_nothing_that_is_read, whoever_reads_in_order_of_arrival_misses_nothing,
            }
            order { any_order_of_arrival_ends_the_same }
            crash { a_crash_leaves_a_batch_whole_or_away, a_crash_leaves_a_removal_whole_or_away,
                a_crash_leaves_entities_and_their_names_whole }
        }
    };
}

pub(crate) use all_checks;
pub(crate) use conformance;
