//! What PostgreSQL's codes (SQLSTATE) mean for a caller.

use crate::{Refusal, StoreError};
use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

/// Classifies an error of the server or the connection.
pub(super) fn of(action: &'static str, place: &str, source: Error) -> StoreError {
    let place = place.to_owned();
    let Some(state) = source.code().cloned() else {
        let is_away = source.is_closed() || is_of_connection(&source);
        let source = source.into();
        if is_away {
            return StoreError::Unavailable { place, action, source };
        }
        return StoreError::Database { action, source };
    };
    let source = source.into();
    match state {
        SqlState::LOCK_NOT_AVAILABLE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::T_R_SERIALIZATION_FAILURE => StoreError::Busy { action, source },
        SqlState::DISK_FULL => StoreError::Full { action, source },
        SqlState::IO_ERROR | SqlState::OUT_OF_MEMORY => StoreError::Io { action, source },
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => StoreError::Corrupt { place, source },
        SqlState::INVALID_PASSWORD
        | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        | SqlState::INVALID_CATALOG_NAME
        | SqlState::INSUFFICIENT_PRIVILEGE
        | SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::Open { place, source },
        // Connection exceptions, too many connections, an operator's shutdown, a restart.
        other if ["08", "53", "57"].contains(&class(&other)) && other != SqlState::QUERY_CANCELED => {
            StoreError::Unavailable { place, action, source }
        }
        _ => StoreError::Database { action, source },
    }
}

/// The connection failed: the system says so, or the driver in its own words.
fn is_of_connection(error: &Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<std::io::Error>());
    let text = error.to_string();
    cause.is_some()
        || ["connecting to server", "timed out", "communicating"].iter().any(|words| text.contains(words))
}

fn class(state: &SqlState) -> &str {
    state.code().get(..2).unwrap_or_default()
}

/// Whether one of a batch's records is at fault: its data are out of range or
/// larger than the server takes. Others can be stored without it.
pub(super) fn refusal(error: &Error) -> Option<Refusal> {
    let state = error.code()?;
    ["22", "54"].contains(&class(state)).then(|| Refusal::Database(error.to_string()))
}

/// Whether another writer stored the same article at the same time: the batch
/// can be tried again at once.
pub(super) fn is_race(error: &Error) -> bool {
    error.code().is_some_and(|state| {
        [SqlState::UNIQUE_VIOLATION, SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE]
            .contains(state)
    })
}
