//! Which format bytes are in, when nobody says.

use crate::charset::decode;
use crate::input::Format;

/// Bytes that are looked at.
const WINDOW: usize = 64 << 10;

/// Decides by the content first, because names and media types lie; by them
/// only where the content leaves it open.
#[must_use]
pub fn sniff(bytes: &[u8], path: &str, content_type: Option<&str>) -> Format {
    if bytes.starts_with(b"WARC/") {
        return Format::Warc;
    }
    // Not decodable: the text reader says what is wrong with it.
    let mut window = &bytes[..bytes.len().min(WINDOW)];
    if window.len() < bytes.len() {
        // Never cut a line in two, nor a character.
        let cut = window.iter().rposition(|&byte| byte == b'\n').unwrap_or(window.len());
        window = &window[..cut];
    }
    let Ok(decoded) = decode(window, content_type) else { return Format::Text };
    let text = decoded.text.trim_start();
    match text.bytes().next() {
        Some(b'{' | b'[') => json_or_text(text, path, content_type, window.len() < bytes.len()),
        Some(b'<') => markup(text),
        _ => Format::Text,
    }
}

/// One document, a document a line, or text that begins with a bracket
/// ("[Update 2] ...").
fn json_or_text(text: &str, path: &str, content_type: Option<&str>, cut: bool) -> Format {
    let named = extension(path).is_some_and(|ext| ["json", "jsonl", "ndjson"].contains(&ext.as_str()));
    let typed = content_type.is_some_and(|kind| kind.contains("json"));
    let after = text[1..].trim_start();
    let plausible = if text.starts_with('{') {
        after.is_empty() || after.starts_with(['"', '}'])
    } else {
        after.is_empty() || after.starts_with(['{', ']', '['])
    };
    if !plausible && !named && !typed {
        return Format::Text;
    }
    let line_ext = extension(path).is_some_and(|ext| ext != "json");
    let lines_named = (named && line_ext) || content_type.is_some_and(|kind| kind.contains("ndjson"));
    if lines_named || several_documents(text, cut) { Format::JsonLines } else { Format::Json }
}

/// True when the first line is a whole object and another one follows.
fn several_documents(text: &str, cut: bool) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let closed = |line: &str| line.starts_with('{') && line.ends_with('}');
    let first = lines.next().is_some_and(closed);
    let second = lines.next().map_or(cut, |line| line.starts_with('{'));
    first && second
}

fn markup(text: &str) -> Format {
    let head: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
    let feed = ["<rss", "<feed", "<rdf:rdf", "<urlset", "<sitemapindex"].iter().any(|tag| head.contains(tag));
    let page = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.contains(tag));
    match (feed, page) {
        (true, _) => Format::Feed,
        (false, true) => Format::Html,
        _ => Format::Text,
    }
}

fn extension(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next()?;
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, path: &str, expected: Format) {
        assert_eq!(sniff(text.as_bytes(), path, None), expected, "{path}: {text}");
    }

    #[test]
    fn the_content_decides() {
        check("Talks went on.", "a.txt", Format::Text);
        check("", "-", Format::Text);
        check(" date 2023-11-07 Talks", "-", Format::Text);
        check("{\"text\":\"a\"}", "-", Format::Json);
        check("\u{feff} {\"text\":\"a\"}", "-", Format::Json);
        check("[{\"text\":\"a\"}]", "a.txt", Format::Json);
        check("[\n  {\"text\":\"a\"}\n]", "-", Format::Json);
        check("{\n  \"text\": \"a\"\n}\n", "-", Format::Json);
        check("{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "-", Format::JsonLines);
        check("{\"text\":\"a\"}\n\n{\"text\":\"b\"}", "a.json", Format::JsonLines);
        check("{\"text\":\"a\"}\n{broken", "-", Format::JsonLines);
        check("[Update 2] Talks went on", "-", Format::Text);
        check("{sic} he said", "-", Format::Text);
        check("<!doctype html><html>", "-", Format::Html);
        check("<?xml version=\"1.0\"?><rss version=\"2.0\">", "-", Format::Feed);
        check("<feed xmlns=\"http://www.w3.org/2005/Atom\">", "a.txt", Format::Feed);
        check("<p>just a paragraph", "-", Format::Text);
        check("WARC/1.0\r\n", "-", Format::Warc);
    }

    #[test]
    fn names_and_types_decide_what_the_content_leaves_open() {
        check("{\"text\":\"a\"}", "a.jsonl", Format::JsonLines);
        check("{\"text\":\"a\"}", "a.NDJSON", Format::JsonLines);
        check("{broken", "a.json", Format::Json);
        check("[1, 2]", "a.json", Format::Json);
        assert_eq!(sniff(b"{broken", "-", Some("application/json")), Format::Json);
        assert_eq!(sniff(b"{\"a\":1}", "-", Some("application/x-ndjson")), Format::JsonLines);
    }

    #[test]
    fn long_input_is_judged_by_its_beginning() {
        let line = format!("{{\"text\":\"{}\"}}\n", "x".repeat(40_000));
        check(&line.repeat(3), "-", Format::JsonLines);
        check(&format!("[{}]", line.trim()), "-", Format::Json);
        let long = format!("{{\"text\":\"{}\"}}", "é".repeat(40_000));
        check(&long, "-", Format::Json);
    }
}
