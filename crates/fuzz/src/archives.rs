//! Web archives.

use dateline_extract::Limits;
use dateline_extract::warc::Archive;

/// An archive, plain or packed.
///
/// # Panics
/// When going on at a record does not give that record, or the walk goes back.
pub fn warc(data: &[u8]) {
    let limits = Limits { max_input_bytes: 64 << 10, ..Limits::default() };
    let mut archive = Archive::new(data, limits);
    let mut last = archive.position();
    while let Some(record) = archive.next() {
        assert!(archive.position() >= last, "the walk only goes on");
        last = archive.position();
        let Ok(record) = record else { continue };
        let offset = usize::try_from(record.position.offset).unwrap_or(usize::MAX);
        let rest = data.get(offset..).unwrap_or_default();
        let again = Archive::from_position(rest, limits, record.position);
        let again = if data.first() == Some(&0x1F) { again } else { again.plain() };
        let again = again.into_iter().find_map(Result::ok);
        assert_eq!(again.as_ref(), Some(&record), "a record is found again at its position");
        for article in record.articles("-", 0, &limits).into_iter().flatten() {
            assert_eq!(article.origin.path, "-");
        }
    }
}
