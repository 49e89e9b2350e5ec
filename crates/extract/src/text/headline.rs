//! Tells a headline from the first line of running text, by evidence.

use super::lines::{Line, lines};
use crate::lead::{find_within, is_furniture, starts_dateline};

/// Longest headline, in characters and words.
const MOST_CHARS: usize = 180;
const MOST_WORDS: usize = 26;

/// A headline and where the body begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Headline<'a> {
    /// The headline, trimmed.
    pub(crate) title: &'a str,
    /// Offset of the body.
    pub(crate) body: usize,
}

/// The headline that a text begins with. The text must not begin with blanks.
pub(crate) fn split(text: &str) -> Option<Headline<'_>> {
    let mut rest = lines(text);
    let first = rest.next()?;
    let second = rest.next()?;
    let body = lines(text).skip(1).find(|line| !line.is_blank())?;
    let title = first.text.trim();
    if !looks_like_headline(title) {
        return None;
    }
    let stands_alone = second.is_blank() || opens_body(title, &second);
    stands_alone.then_some(Headline { title, body: body.start })
}

/// A headline and the dateline of the body on one line.
pub(crate) fn on_one_line(text: &str) -> Option<Headline<'_>> {
    let line = lines(text).next()?.text;
    let (body, _) = find_within(line)?;
    let title = line[..body].trim();
    looks_like_headline(title).then_some(Headline { title, body })
}

/// Short, no sentence, no dateline.
fn looks_like_headline(line: &str) -> bool {
    // A line of megabytes is not even counted.
    if line.len() > 4 * MOST_CHARS {
        return false;
    }
    let words = line.split_whitespace().count();
    let short = words <= MOST_WORDS && line.chars().count() <= MOST_CHARS;
    let opening = starts_dateline(line) || find_within(line).is_some() || is_furniture(line);
    words > 0 && short && !ends_as_text(line) && !opening
}

/// True when the line ends in a full stop, or in the middle of a sentence.
fn ends_as_text(line: &str) -> bool {
    let bare = line.trim_end_matches(['"', '\'', '”', '’', '»', ')']);
    let last = bare.split_whitespace().next_back().unwrap_or_default();
    // "Blast in Washington, D.C.": initials are no full stop.
    let initials = last.ends_with('.') && last.matches('.').count() > 1 && last.len() <= 6;
    let stopped = bare.ends_with(['.', '…', '。', '।', '؟']) && !initials;
    stopped || bare.ends_with([',', ';', ':', '-', '–', '—'])
}

/// Without an empty line between them, the next line must look like the first
/// of a body: a dateline, or a paragraph clearly longer than the headline. The
/// lines of hard-wrapped text are about as long as each other.
fn opens_body(title: &str, next: &Line<'_>) -> bool {
    let line = next.text.trim();
    if starts_dateline(line) {
        return true;
    }
    let starts_sentence =
        line.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || !c.is_alphanumeric());
    let (short, long) = (title.chars().count(), line.chars().count());
    starts_sentence && long > 100 && long * 2 > short * 3 && !title.ends_with(['?', '!'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, title: &str, body: &str) {
        let found = split(text).unwrap_or_else(|| panic!("no headline: {text}"));
        assert_eq!((found.title, &text[found.body..]), (title, body), "{text}");
    }

    const LONG: &str = "The talks between the two governments went on for a second day in the capital on Tuesday, \
                        officials of both sides said, without a sign of agreement.";

    #[test]
    fn headlines() {
        check("Talks resume\n\nThe talks went on.", "Talks resume", "The talks went on.");
        check("Talks resume\r\n\r\nThe talks went on.\r\n", "Talks resume", "The talks went on.\r\n");
        check("Talks resume\n\n\n\nThe talks.", "Talks resume", "The talks.");
        check("Will talks resume?\n\nThe talks.", "Will talks resume?", "The talks.");
        check("Talks resume in Washington, D.C.\n\nThe.", "Talks resume in Washington, D.C.", "The.");
        check("'We will talk'\n\nThe talks.", "'We will talk'", "The talks.");
        check("Talks resume\nLONDON (AP) — The talks.", "Talks resume", "LONDON (AP) — The talks.");
        check(&format!("Talks resume\n{LONG}"), "Talks resume", LONG);
        check("Talks resume  \n \nThe talks.", "Talks resume", "The talks.");
    }

    #[test]
    fn running_text() {
        for text in [
            "",
            "Talks resume",
            "Talks resume\n\n\n",
            "By Jane Doe\n\nThe talks went on.",
            "Reuters\n\nThe talks went on.",
            "A street in Beirut. AFP\n\nThe talks went on.",
            "The talks went on.\n\nThey failed.",
            "He said \"I will talk.\"\n\nThey failed.",
            "LONDON (AP) — The talks\n\nThey failed.",
            "The talks went on,\n\nthey failed.",
            "The talks between the two governments went on for a second day in\nthe capital on Tuesday.",
            "The talks between the two governments and the envoy of the United\nNations went on for a second day.",
            "One line\nanother line\na third line",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
        assert_eq!(split(&format!("{LONG} {LONG}\n\nMore.").replace('.', "")), None);
    }
}
