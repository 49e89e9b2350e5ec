//! Which path is answered by whom, and how many at once.

use crate::openapi::document;
use crate::operations::operations;
use crate::problem::{Kind, Problem};
use axum::http::header;
use axum::routing::get;
use axum::{Json, Router};
use dateline_store::{Archive, RecordReader, StoreError};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Where the API is mounted.
pub const PREFIX: &str = "/api/v1";
/// Requests that are answered at once; who comes beyond that is told to come again.
const SEATS: usize = 32;

/// What all handlers share.
#[derive(Clone)]
pub(crate) struct Api {
    archive: Archive,
    seats: Arc<Semaphore>,
}

impl Api {
    /// A place among those that are answered.
    pub(crate) fn seat(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let full = |_| Problem::new(Kind::Unavailable, "too many requests at once; come again");
        self.seats.clone().try_acquire_owned().map_err(full)
    }

    pub(crate) async fn reader(&self) -> Result<&Arc<dyn RecordReader>, StoreError> {
        self.archive.reader().await
    }
}

/// The API over a store, to be nested at [`PREFIX`].
pub fn router<S>(archive: Archive) -> Router<S> {
    let api = Api { archive, seats: Arc::new(Semaphore::new(SEATS)) };
    let document = Arc::new(document());
    let openapi = get(move || {
        let document = document.as_ref().clone();
        async move { ([(header::CACHE_CONTROL, "max-age=300")], Json(document)) }
    });
    operations()
        .into_iter()
        .fold(Router::new(), |router, operation| router.route(operation.path, operation.handler))
        .route("/openapi.json", openapi)
        .method_not_allowed_fallback(async || Problem::new(Kind::Method, "this API only reads; use GET"))
        .fallback(async || Problem::new(Kind::NotFound, "nothing is here; see /api/v1/openapi.json"))
        .with_state(api)
}
