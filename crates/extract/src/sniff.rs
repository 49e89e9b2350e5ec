//! Which format bytes are in, when nobody says.

use crate::charset::{decode, decode_markup};
use crate::input::Format;
use crate::xml::{Token, Tokenizer};

/// Bytes that are looked at.
const WINDOW: usize = 64 << 10;

/// Decides by the content first, because names and media types lie; by them
/// only where the content leaves it open.
#[must_use]
pub fn sniff(bytes: &[u8], path: &str, content_type: Option<&str>) -> Format {
    if bytes.starts_with(b"WARC/") {
        return Format::Warc;
    }
    if let Some(format) = markup_in(&bytes[..bytes.len().min(WINDOW)], content_type) {
        return format;
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
        _ => Format::Text,
    }
}

/// One document, a document a line, or text that begins with a bracket
/// ("[Update 2] ...").
fn json_or_text(text: &str, path: &str, content_type: Option<&str>, cut: bool) -> Format {
    if is_json_feed(text) {
        return Format::Feed;
    }
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

/// True for a JSON Feed, by the version that it must name.
fn is_json_feed(text: &str) -> bool {
    /// Most feeds name it first, some after their own description.
    const HEAD: usize = 4 << 10;
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    text.starts_with('{')
        && (head.contains("jsonfeed.org/version/") || head.contains("jsonfeed.org\\/version\\/"))
}

/// True when the first line is a whole object and another one follows.
fn several_documents(text: &str, cut: bool) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let closed = |line: &str| line.starts_with('{') && line.ends_with('}');
    let first = lines.next().is_some_and(closed);
    let second = lines.next().map_or(cut, |line| line.starts_with('{'));
    first && second
}

/// The format of markup: by its root, before which a server's warnings may
/// stand. `None` for what is no markup.
fn markup_in(window: &[u8], content_type: Option<&str>) -> Option<Format> {
    let decoded = decode_markup(window, content_type);
    let text = decoded.text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
    let is_markup = text.starts_with('<');
    // Text before the markup: only where the markup says what it is.
    let start = if is_markup { 0 } else { text.find("<?xml")? };
    match root(&text[start..]) {
        Some(root @ Format::Feed) => Some(root),
        found if is_markup => Some(found.unwrap_or(Format::Text)),
        _ => None,
    }
}

/// The format that the first elements tell.
fn root(text: &str) -> Option<Format> {
    /// Elements of a warning that may stand before the root.
    const MOST: usize = 40;
    let mut tokens = Tokenizer::new(text);
    let mut seen = 0;
    if text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) && is_html_doctype(text) {
        return Some(Format::Html);
    }
    while let Some(token) = tokens.next() {
        let Token::Start(tag) = token else { continue };
        let local = tag.name.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
        match local.as_str() {
            "rss" | "feed" | "rdf" | "urlset" | "sitemapindex" | "channel" => return Some(Format::Feed),
            "html" | "head" | "body" => return Some(Format::Html),
            _ => {}
        }
        seen += 1;
        if seen == MOST {
            break;
        }
    }
    None
}

/// `<!DOCTYPE html>`, but not one that a feed was given by mistake.
fn is_html_doctype(text: &str) -> bool {
    let declaration = text.split('>').next().unwrap_or_default().to_ascii_lowercase();
    declaration.contains("html") && !["<rss", "<feed", "<rdf:rdf"].iter().any(|root| text.contains(root))
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
        check("<br />\n<b>Warning</b>: x in <b>a.php</b>\n<?xml version='1.0'?><rss>", "-", Format::Feed);
        check("Notice: Undefined index\n<?xml version='1.0'?><rss>", "-", Format::Feed);
        check("<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><rss>", "-", Format::Feed);
        check("<?xml version='1.0'?><!-- <html> --><a:feed xmlns:a='x'>", "-", Format::Feed);
        check("<CHANNEL HREF='x'>", "-", Format::Feed);
        check("<html><body><feed>", "-", Format::Html);
        check("{\"version\": \"https://jsonfeed.org/version/1.1\"}", "a.json", Format::Feed);
        check("He wrote <rss is dead>, then left.", "-", Format::Text);
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
