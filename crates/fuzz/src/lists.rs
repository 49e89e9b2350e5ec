//! Lists of feeds.

use dateline_extract::opml::Opml;

/// A list in OPML.
///
/// # Panics
/// When what is written of a list does not read back as the same list.
pub fn opml(data: &[u8]) {
    let list = Opml::parse(data);
    let written = Opml::parse(list.to_xml().as_bytes());
    let feeds = |list: &Opml| list.feeds.iter().map(|feed| feed.feed.trim().to_owned()).collect::<Vec<_>>();
    assert_eq!(feeds(&written), feeds(&list));
}
