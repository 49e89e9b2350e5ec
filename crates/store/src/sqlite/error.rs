//! What SQLite's codes mean for a caller.

use crate::error::Cause;
use crate::{Refusal, StoreError};
use rusqlite::ErrorCode;
use std::path::Path;

/// Classifies an error of the database.
pub(super) fn of(action: &'static str, path: &Path, source: rusqlite::Error) -> StoreError {
    let place = path.display().to_string();
    let code = source.sqlite_error_code();
    let source: Cause = Box::new(source);
    match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { action, source },
        Some(ErrorCode::DiskFull) => StoreError::Full { action, source },
        Some(ErrorCode::SystemIoFailure | ErrorCode::OutOfMemory | ErrorCode::FileLockingProtocolFailed) => {
            StoreError::Io { action, source }
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt { place, source },
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            StoreError::Open { place, source }
        }
        _ => StoreError::Database { action, source },
    }
}

/// What the database holds against one record; `None` where the fault lies
/// elsewhere and another record would fare no better. A violated constraint is
/// no record's fault but ours: better to stop than to refuse everything.
pub(super) fn refusal(error: &rusqlite::Error) -> Option<Refusal> {
    let at_record = match error {
        // The stored version that the record belongs to is damaged.
        rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::ToSqlConversionFailure(_) => true,
        other => matches!(other.sqlite_error_code(), Some(ErrorCode::TooBig)),
    };
    at_record.then(|| Refusal::Database(error.to_string()))
}
