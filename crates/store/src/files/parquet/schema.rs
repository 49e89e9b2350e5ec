//! The columns of a part.

use parquet::errors::ParquetError;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::TypePtr;
use std::sync::Arc;

/// Flat where it can be; `entities` and `dates` are lists of structs, in the form that
/// every reader of Parquet knows. Instants are microseconds in UTC.
const ARTICLE: &str = "
message article {
    required binary id (STRING);
    required binary version (STRING);
    required boolean retracted;
    required int64 ingested (TIMESTAMP(MICROS,true));
    optional binary published (STRING);
    optional int64 published_from (TIMESTAMP(MICROS,true));
    required binary language (STRING);
    required binary source (STRING);
    optional binary url (STRING);
    optional binary headline (STRING);
    optional binary summary (STRING);
    required binary body (STRING);
    required group entities (LIST) {
        repeated group list {
            required group element {
                required binary type (STRING);
                required binary name (STRING);
                optional binary uri (STRING);
                required int32 mentions;
                required float salience;
                required float confidence;
            }
        }
    }
    required group dates (LIST) {
        repeated group list {
            required group element {
                required binary type (STRING);
                required binary value (STRING);
                optional int64 begin (TIMESTAMP(MICROS,true));
                optional int64 end (TIMESTAMP(MICROS,true));
                required binary text (STRING);
            }
        }
    }
    required binary record (JSON);
}";

/// Columns in which hardly a value stands twice.
pub(super) const UNIQUE: &[&str] = &["id", "version", "url", "headline", "summary", "body", "record"];

pub(super) fn article() -> Result<TypePtr, ParquetError> {
    parse_message_type(ARTICLE).map(Arc::new)
}
