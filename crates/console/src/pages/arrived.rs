//! What was stored last, in order of arrival; sent to browsers when it changes.

use super::marked::address;
use crate::display::{ago, instant};
use crate::flow::Flow;
use dateline_model::StoredNotice;
use jiff::Timestamp;
use maud::{Markup, html};

/// The list.
pub(crate) fn arrived(flow: &Flow, now: Timestamp) -> Markup {
    html! {
        @if flow.arrived.is_empty() {
            p class="empty" { "Nothing was stored lately. Drop an article into the inbox folder, or push one." }
        } @else {
            ol class="newest" { @for notice in flow.arrived.iter() { (entry(notice, now)) } }
        }
    }
}

fn entry(notice: &StoredNotice, now: Timestamp) -> Markup {
    html! {
        li {
            a href=(address(&notice.id.uri())) {
                @match &notice.headline {
                    Some(headline) => (headline),
                    None => span class="none" { "(no headline)" },
                }
            }
            p class="facts" {
                span { (notice.source.id) }
                span title=(instant(notice.stored_at)) { "stored " (ago(notice.stored_at, now)) }
                span { "in " (taken(notice)) }
            }
        }
    }
}

/// From intake to storage: `0.3 s`.
fn taken(notice: &StoredNotice) -> String {
    let seconds = notice.stored_at.duration_since(notice.ingested_at).as_secs_f64().max(0.0);
    if seconds < 60.0 {
        format!("{seconds:.1}\u{202f}s")
    } else {
        format!("{:.0}\u{202f}min", seconds / 60.0)
    }
}
