//! Names of authors out of the forms that feeds give them in.

use crate::fragment;

/// `mail@example.org (Ann Lee)`, `Ann Lee <mail@example.org>`, `Ann Lee`: the
/// name; the bare address when it stands for a person and there is no name.
pub(super) fn name(written: &str) -> Option<String> {
    let line = fragment::one_line(written);
    let line = line.trim_start_matches("mailto:").trim();
    if !line.contains('@') {
        return sensible(line);
    }
    let outside = without_address(line);
    let name = outside.trim_matches(|c: char| c.is_whitespace() || "()<>[]\"',;:-".contains(c));
    if name.is_empty() { address(line) } else { sensible(name) }
}

/// Several names as one byline.
pub(super) fn byline(names: &[String]) -> Option<String> {
    let mut seen: Vec<&str> = Vec::new();
    for name in names {
        if !seen.contains(&name.as_str()) {
            seen.push(name);
        }
    }
    Some(seen.join(", ")).filter(|byline| !byline.is_empty())
}

/// What is a name at all.
fn sensible(name: &str) -> Option<String> {
    let junk = ["unknown", "none", "null", "nil", "n/a", "undefined"];
    let has_letter = name.chars().any(char::is_alphanumeric);
    let is_junk = junk.iter().any(|junk| name.eq_ignore_ascii_case(junk));
    (has_letter && !is_junk).then(|| name.to_owned())
}

/// The text without its words that are addresses.
fn without_address(line: &str) -> String {
    let words = line.split_whitespace().map(|word| {
        // `mail@example.org(Ann` is two words.
        match word.find(['(', '<']).filter(|&at| at > 0) {
            Some(at) => [&word[..at], &word[at..]],
            None => [word, ""],
        }
    });
    let kept: Vec<_> = words.flatten().filter(|word| !word.is_empty() && !word.contains('@')).collect();
    kept.join(" ")
}

fn address(line: &str) -> Option<String> {
    let word = line.split_whitespace().find(|word| word.contains('@'))?;
    let address = word.trim_matches(|c: char| "()<>[]\"',;:".contains(c));
    let lower = address.to_ascii_lowercase();
    let nobody = ["noreply@", "no-reply@", "donotreply@", "nobody@", "none@", "webmaster@"];
    (!nobody.iter().any(|start| lower.starts_with(start))).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::name;

    fn check(written: &str, expected: Option<&str>) {
        assert_eq!(name(written).as_deref(), expected, "{written}");
    }

    #[test]
    fn forms_of_an_author() {
        check("Ann Lee", Some("Ann Lee"));
        check(" Ann\n  Lee ", Some("Ann Lee"));
        check("ann@example.org (Ann Lee)", Some("Ann Lee"));
        check("ann@example.org(Ann Lee)", Some("Ann Lee"));
        check("Ann Lee (ann@example.org)", Some("Ann Lee"));
        check("Ann Lee <ann@example.org>", Some("Ann Lee"));
        check("\"Lee, Ann\" <ann@example.org>", Some("Lee, Ann"));
        check("mailto:ann@example.org", Some("ann@example.org"));
        check("ann@example.org", Some("ann@example.org"));
        check("noreply@blogger.com (Ann Lee)", Some("Ann Lee"));
        check("noreply@blogger.com", None);
        check("O'Neill", Some("O'Neill"));
        check("李明", Some("李明"));
        check("null", None);
        check(" - ", None);
        check("", None);
    }
}
