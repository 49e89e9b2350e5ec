//! A list of feeds as XML.

use super::{Opml, Outline};

/// The whole document. Feeds keep their order; a folder opens again where the
/// feeds of another stand between its own.
pub(super) fn document(list: &Opml) -> String {
    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n");
    if let Some(title) = &list.title {
        xml.push_str("    <title>");
        escape(title, &mut xml);
        xml.push_str("</title>\n");
    }
    xml.push_str("  </head>\n  <body>\n");
    let mut open: &[String] = &[];
    for feed in &list.feeds {
        move_to(open, &feed.folders, &mut xml);
        open = &feed.folders;
        outline(feed, &mut xml);
    }
    move_to(open, &[], &mut xml);
    xml.push_str("  </body>\n</opml>\n");
    xml
}

/// Closes and opens folders.
fn move_to(from: &[String], to: &[String], xml: &mut String) {
    let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    for depth in (common..from.len()).rev() {
        indent(depth, xml);
        xml.push_str("</outline>\n");
    }
    for (depth, folder) in to.iter().enumerate().skip(common) {
        indent(depth, xml);
        xml.push_str("<outline");
        attribute("text", folder, xml);
        xml.push_str(">\n");
    }
}

fn outline(feed: &Outline, xml: &mut String) {
    indent(feed.folders.len(), xml);
    xml.push_str("<outline type=\"rss\"");
    attribute("text", &feed.title, xml);
    attribute("xmlUrl", &feed.feed, xml);
    let optional = [("htmlUrl", &feed.home), ("language", &feed.language)];
    for (name, value) in optional {
        if let Some(value) = value {
            attribute(name, value, xml);
        }
    }
    xml.push_str("/>\n");
}

fn indent(depth: usize, xml: &mut String) {
    xml.push_str("    ");
    (0..depth).for_each(|_| xml.push_str("  "));
}

fn attribute(name: &str, value: &str, xml: &mut String) {
    xml.push(' ');
    xml.push_str(name);
    xml.push_str("=\"");
    escape(value, xml);
    xml.push('"');
}

/// Control characters, which XML cannot hold, become blanks.
fn escape(text: &str, xml: &mut String) {
    for character in text.chars() {
        match character {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            _ if character.is_control() => xml.push(' '),
            _ => xml.push(character),
        }
    }
}
