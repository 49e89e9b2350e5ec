//! robots.txt.

use dateline_extract::robots::Robots;

/// The first line is the address, the rest the file.
///
/// # Panics
/// When the file may not be fetched, or an empty one forbids something.
pub fn robots(data: &[u8]) {
    let (address, file) = data.split_at(data.iter().position(|&byte| byte == b'\n').unwrap_or(0));
    let robots = Robots::parse(file);
    let address = String::from_utf8_lossy(address);
    let allowed = robots.allows("DatelineBot/1.0", &address);
    assert!(allowed || !file.is_empty());
    assert!(robots.allows("DatelineBot", "https://example.org/robots.txt"));
    assert!(robots.crawl_delay("DatelineBot").is_none_or(|delay| delay.as_secs() <= 24 * 60 * 60));
}
