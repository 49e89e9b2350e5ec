//! The language of a page, as it is stated.

use super::facts::Facts;

/// A BCP 47 tag in its usual form, or nothing. An article's own statement is
/// believed before the frame's, which is often the template's.
pub(super) fn of(facts: &Facts<'_>) -> Option<String> {
    let metas =
        ["og:locale", "content-language", "dc.language", "dcterms.language", "language", "inlanguage"];
    let stated = [facts.data.language.as_deref(), facts.head.language.as_deref()];
    let metas = metas.iter().map(|name| facts.head.first(&[name]));
    stated.into_iter().chain(metas).flatten().find_map(tag)
}

/// `de-AT` of `de_at`; `None` for what is no tag.
fn tag(text: &str) -> Option<String> {
    let first = text.split([',', ';', ' ', '.']).next()?;
    let mut parts = first.split(['-', '_']);
    let language = parts.next()?.to_ascii_lowercase();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    if !(2..=3).contains(&language.len()) || !letters(&language) || language == "und" || language == "mul" {
        return None;
    }
    let mut tag = language;
    for part in parts.take(2) {
        match part.len() {
            2 if letters(part) => tag = format!("{tag}-{}", part.to_ascii_uppercase()),
            4 if letters(part) => {
                let (head, tail) = part.split_at(1);
                tag = format!("{tag}-{}{}", head.to_ascii_uppercase(), tail.to_ascii_lowercase());
            }
            3 if part.bytes().all(|byte| byte.is_ascii_digit()) => tag = format!("{tag}-{part}"),
            _ => break,
        }
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::tag;

    #[test]
    fn tags() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(tag(text).as_deref(), expected, "{text}");
        check("en", Some("en"));
        check("en_US", Some("en-US"));
        check("DE-at", Some("de-AT"));
        check("zh-hans-cn", Some("zh-Hans-CN"));
        check("es-419", Some("es-419"));
        check("en, fr", Some("en"));
        check("pt-BR.UTF-8", Some("pt-BR"));
        check("English", None);
        check("", None);
        check("{{lang}}", None);
    }
}
