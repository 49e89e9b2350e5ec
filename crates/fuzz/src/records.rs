//! Records as messages carry them.

use dateline_model::packed::{MOST_UNPACKED, is_packed, pack, plain, unpack, unpacked_len};
use dateline_model::read_record;

/// A message with a record in it, packed or as JSON.
///
/// # Panics
/// When unpacking gives more than the header says, what is packed does not unpack, or a record
/// that is written and read is another one.
pub fn record(data: &[u8]) {
    if let Ok(unpacked) = unpack(data, MOST_UNPACKED) {
        assert!(is_packed(data) && unpacked.len() == unpacked_len(data));
    }
    let packed = pack(data).expect("so little is packed");
    assert_eq!(unpack(&packed, data.len()).as_deref(), Ok(data));
    let Ok(record) = read_record(&plain(data, MOST_UNPACKED)) else { return };
    let json = serde_json::to_vec(&record).expect("a record has only string keys");
    // A number too large for its field is none in JSON any more; stores refuse it.
    if let Ok(again) = read_record(&json) {
        assert_eq!(again, record);
    }
}
