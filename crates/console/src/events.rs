//! `/events`: live figures and newest articles as server-sent events.
//!
//! | event | data |
//! |---|---|
//! | `flow` | every live figure by name, as JSON, each second |
//! | `arrived` | what was stored last as a list in HTML, at first and whenever it changes |

use crate::flow::{Figures, Flow};
use crate::pages::arrived::arrived;
use crate::pages::notice::Notice;
use crate::state::Console;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, StreamExt};
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// One browser's place in the stream.
struct Watcher {
    flow: watch::Receiver<Arc<Flow>>,
    /// What it has seen.
    seen: Option<Arc<Flow>>,
    /// Its seat; given back when it goes.
    _seat: OwnedSemaphorePermit,
}

/// `GET /events`.
pub(crate) async fn stream(State(console): State<Console>) -> Response {
    let Ok(seat) = Arc::clone(&console.streams).try_acquire_owned() else {
        return Notice::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many live views are open",
            "Close some of them; the pages themselves go on working.",
        )
        .into_response();
    };
    let mut flow = console.flow.clone();
    flow.mark_changed();
    let watcher = Watcher { flow, seen: None, _seat: seat };
    let clock = console.clock.clone();
    let events = stream::unfold(watcher, next)
        .flat_map(move |(flow, news)| stream::iter(events(&flow, news, clock.now())))
        .take_until(console.stop.cancelled_owned())
        .map(Ok::<_, Infallible>);
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

/// Waits for the next look; ends when nobody looks any more.
async fn next(mut watcher: Watcher) -> Option<((Arc<Flow>, bool), Watcher)> {
    loop {
        watcher.flow.changed().await.ok()?;
        let flow = Arc::clone(&watcher.flow.borrow_and_update());
        if flow.looks > 0 {
            let news = watcher.seen.as_ref().is_none_or(|seen| !seen.same_arrivals(&flow));
            watcher.seen = Some(Arc::clone(&flow));
            return Some(((flow, news), watcher));
        }
    }
}

fn events(flow: &Flow, news: bool, now: jiff::Timestamp) -> Vec<Event> {
    let mut events = Vec::with_capacity(2);
    match Event::default().event("flow").json_data(Figures::of(flow)) {
        Ok(event) => events.push(event),
        Err(error) => tracing::warn!(%error, "figures could not be sent"),
    }
    if news {
        // One line: a line end would be a second `data` field, which is right but longer.
        let list = arrived(flow, now).into_string().replace(['\r', '\n'], " ");
        events.push(Event::default().event("arrived").data(list));
    }
    events
}
