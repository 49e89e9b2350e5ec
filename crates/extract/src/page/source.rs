//! The bytes of a page as text: the charset of the HTTP header, else the one
//! that a `meta` element declares, else what the bytes look like.

use crate::charset::{self, Decoded};
use crate::error::Fault;
use std::borrow::Cow;

/// Bytes in which a page declares its charset.
const DECLARED_WITHIN: usize = 4096;

/// Decodes a page.
///
/// # Errors
/// [`Fault::NotText`] for what is no text at all.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Result<Decoded<'a>, Fault> {
    let typed = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("charset="));
    let declared = if typed { None } else { declared(bytes) };
    let label = declared.map(|label| format!("text/html; charset={label}"));
    let content_type = label.as_deref().or(content_type);
    let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if wide || !bytes.contains(&0) {
        return charset::decode(bytes, content_type);
    }
    // A browser passes NULs over; so do we, as the page around them is sound.
    let clean: Vec<u8> = bytes.iter().copied().filter(|&byte| byte != 0).collect();
    let decoded = charset::decode(&clean, content_type)?;
    Ok(Decoded {
        text: Cow::Owned(decoded.text.into_owned()),
        offset: None,
        warning: Some(decoded.warning.unwrap_or_else(|| "NUL bytes left out".to_owned())),
    })
}

/// The charset of `<meta charset=...>` or of its older form.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(DECLARED_WITHIN)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let at = head.match_indices("charset").find_map(|(at, _)| {
        let rest = head[at + "charset".len()..].trim_start().strip_prefix('=')?;
        let value = rest.trim_start().trim_start_matches(['"', '\'']);
        let end =
            value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(value.len());
        (end > 0).then(|| value[..end].to_owned())
    })?;
    // A page that could be read this far is in none of these.
    (!at.starts_with("utf-16") && !at.starts_with("utf16")).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn check(bytes: &[u8], content_type: Option<&str>, expected: &str) {
        assert_eq!(decode(bytes, content_type).unwrap().text, expected);
    }

    #[test]
    fn charsets() {
        check(b"<meta charset=windows-1251>\xED\xE5\xF2", None, "<meta charset=windows-1251>нет");
        check(
            b"<meta content='text/html; charset=ISO-8859-2'>\xB1",
            None,
            "<meta content='text/html; charset=ISO-8859-2'>ą",
        );
        check(b"<meta charset=\"shift_jis\">\x93\xFA", Some("text/html"), "<meta charset=\"shift_jis\">日");
        check(
            b"<meta charset=latin1>\xE9",
            Some("text/html; charset=windows-1251"),
            "<meta charset=latin1>й",
        );
        check("<meta charset=latin1>é".as_bytes(), None, "<meta charset=latin1>é");
        check(b"a\0b", None, "ab");
        check(b"<meta charset=utf-16>a", None, "<meta charset=utf-16>a");
    }
}
