//! Bytes to text: byte order marks, declared charsets, and a fallback.

use crate::error::Fault;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::memmem;
use std::borrow::Cow;

mod wide;

/// Text and what had to be assumed to get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded<'a> {
    /// The text without a byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// Offset of the text in the bytes; `None` when it is not a slice of them.
    pub(crate) offset: Option<usize>,
    /// What to tell whoever sent it.
    pub(crate) warning: Option<String>,
}

/// Decodes bytes: by byte order mark, as UTF-8, by the declared charset, and at
/// last as windows-1252, which every byte of Latin-1 news text fits.
///
/// # Errors
/// [`Fault::NotText`] for NULs and for control bytes that no text has.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Result<Decoded<'a>, Fault> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return with_mark(bytes, encoding, length);
    }
    refuse_binary(bytes)?;
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded { text: Cow::Borrowed(text), offset: Some(0), warning: None });
    }
    let declared =
        content_type.and_then(charset_label).and_then(|label| Encoding::for_label(label.as_bytes()));
    match declared.filter(|encoding| *encoding != UTF_8) {
        Some(encoding) => Ok(as_declared(bytes, encoding)),
        None => Ok(mended(bytes)),
    }
}

/// Text after a byte order mark, which no content type overrules.
fn with_mark<'a>(bytes: &'a [u8], encoding: &'static Encoding, length: usize) -> Result<Decoded<'a>, Fault> {
    let body = &bytes[length..];
    if encoding == UTF_8 {
        refuse_binary(body)?;
        return Ok(match std::str::from_utf8(body) {
            Ok(text) => Decoded { text: Cow::Borrowed(text), offset: Some(length), warning: None },
            Err(_) => mended(body),
        });
    }
    debug_assert!(encoding == UTF_16LE || encoding == UTF_16BE);
    let (text, damaged) = encoding.decode_without_bom_handling(body);
    refuse_control(text.as_bytes())?;
    let warning = damaged.then(|| format!("damaged {} mended with U+FFFD", encoding.name()));
    Ok(Decoded { text: Cow::Owned(text.into_owned()), offset: None, warning })
}

/// Text in the charset that its content type names.
fn as_declared(bytes: &[u8], encoding: &'static Encoding) -> Decoded<'static> {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let warning = damaged.then(|| format!("bytes that are not {} replaced by U+FFFD", encoding.name()));
    Decoded { text: Cow::Owned(text.into_owned()), offset: None, warning }
}

/// Text that is not valid UTF-8 and says nothing of another charset. Mostly
/// valid UTF-8 with a few broken bytes (a cut in the middle of a character, a
/// pasted Latin-1 word) keeps what is sound; anything else is windows-1252.
fn mended(bytes: &[u8]) -> Decoded<'static> {
    let (mut text, mut sound, mut broken) = (String::with_capacity(bytes.len()), 0, 0);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        if !chunk.invalid().is_empty() {
            broken += 1;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    if sound > broken {
        let warning = Some(format!("{broken} byte sequences are not UTF-8, read as windows-1252"));
        return Decoded { text: Cow::Owned(text), offset: None, warning };
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    let warning = Some("not UTF-8, read as windows-1252".to_owned());
    Decoded { text: Cow::Owned(text.into_owned()), offset: None, warning }
}

/// Decodes markup: by byte order mark or the pattern of wide characters, as
/// UTF-8 where it is valid, by the charset of the media type or of the XML
/// declaration, and at last as [`decode`] does.
///
/// Never fails: whatever is no text comes out as characters that no text has,
/// which readers of markup leave out.
pub(crate) fn decode_markup<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    if let Some(decoded) = wide::decode(bytes) {
        return decoded;
    }
    let (start, bytes) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (3, rest),
        None => (0, bytes),
    };
    let typed = content_type.and_then(charset_label).and_then(encoding_of);
    let declared = xml_encoding(bytes).and_then(encoding_of);
    // Seven-bit charsets are valid UTF-8, whatever they say.
    let seven_bit = [typed, declared].into_iter().flatten().find(|encoding| !encoding.is_ascii_compatible());
    if let Some(encoding) = seven_bit.filter(|_| bytes.contains(&0x1B)) {
        return as_declared(bytes, encoding);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), offset: Some(start), warning: None };
    }
    let eight_bit = |encoding: &&'static Encoding| *encoding != UTF_8 && encoding.is_ascii_compatible();
    match [typed, declared].into_iter().flatten().find(eight_bit) {
        Some(encoding) if !is_mostly_utf_8(bytes) => as_declared(bytes, encoding),
        _ => mended(bytes),
    }
}

/// The encoding of a label; `None` for one that nobody knows.
fn encoding_of(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.trim().as_bytes())
}

/// The `encoding` of an XML declaration.
fn xml_encoding(bytes: &[u8]) -> Option<&str> {
    /// Warnings of a server may stand before it.
    const WINDOW: usize = 2048;
    let window = &bytes[..bytes.len().min(WINDOW)];
    let start = memmem::find(window, b"<?xml")?;
    let length = memchr::memchr(b'>', &window[start..])?;
    let declaration = window[start..start + length].utf8_chunks().next()?.valid();
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// True for UTF-8 with a few broken bytes, whatever else it is declared to be:
/// no other charset looks like it by chance.
fn is_mostly_utf_8(bytes: &[u8]) -> bool {
    let (mut sound, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    sound > broken.saturating_mul(10)
}

/// The `charset` parameter of a media type.
fn charset_label(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// Refuses bytes that no text in an ASCII-based charset holds.
fn refuse_binary(bytes: &[u8]) -> Result<(), Fault> {
    if let Some(kind) = magic(bytes) {
        return Err(Fault::NotText { evidence: format!("they begin as {kind}") });
    }
    refuse_control(bytes)
}

/// A NUL is never text; other control characters are, as long as they are rare
/// (form feeds, escape codes of old wire systems).
fn refuse_control(bytes: &[u8]) -> Result<(), Fault> {
    if let Some(at) = memchr::memchr(0, bytes) {
        return Err(Fault::NotText { evidence: format!("a NUL byte at offset {at}") });
    }
    let total = bytes.len();
    // In counters of a byte, so that the compiler can look at many bytes at once.
    let is_control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C) || byte == 0x7F;
    let count = |chunk: &[u8]| chunk.iter().map(|byte| u8::from(is_control(*byte))).sum::<u8>();
    let control: usize = bytes.chunks(usize::from(u8::MAX)).map(|chunk| usize::from(count(chunk))).sum();
    if control > 8 && control * 50 > total {
        return Err(Fault::NotText { evidence: format!("{control} control bytes of {total}") });
    }
    Ok(())
}

/// Names of binary formats that a watched folder is likely to hold.
fn magic(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 8] = [
        (b"\x1f\x8b", "gzip"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"%PDF-", "PDF"),
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"BZh", "bzip2"),
    ];
    MAGIC.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, expected: &str, warned: bool) {
        let decoded = decode(bytes, content_type).unwrap();
        assert_eq!(decoded.text, expected);
        assert_eq!(decoded.warning.is_some(), warned, "{expected}: {:?}", decoded.warning);
        if let Some(offset) = decoded.offset {
            assert_eq!(&bytes[offset..], expected.as_bytes());
        }
    }

    #[test]
    fn unicode() {
        check("Zürich".as_bytes(), None, "Zürich", false);
        check(b"", None, "", false);
        check(b"\xEF\xBB\xBFZ", None, "Z", false);
        check(b"\xFF\xFEZ\0\xFC\0", None, "Zü", false);
        check(b"\xFE\xFF\0Z\0\xFC", None, "Zü", false);
        check(b"\xFF\xFEZ\0\x00\xD8", None, "Z\u{FFFD}", true);
        check("Zürich".as_bytes(), Some("text/plain; charset=iso-8859-1"), "Zürich", false);
    }

    #[test]
    fn other_charsets() {
        check(b"Z\xFCrich", None, "Zürich", true);
        check(b"\x93Z\xFCrich\x94 \x80 5", None, "“Zürich” € 5", true);
        check(b"\xED\xE5\xF2", Some("text/plain; charset=windows-1251"), "нет", false);
        check(b"Z\xFCrich", Some("text/plain; charset=\"ISO-8859-1\""), "Zürich", false);
        check(b"Z\xFCrich", Some("text/plain; charset=utf-8"), "Zürich", true);
        check(b"Z\xFCrich", Some("text/plain; charset=nonsense"), "Zürich", true);
    }

    #[test]
    fn markup() {
        let check = |bytes: &[u8], content_type: Option<&str>, expected: &str| {
            let decoded = decode_markup(bytes, content_type);
            assert_eq!(decoded.text, expected);
            if let Some(offset) = decoded.offset {
                assert_eq!(&bytes[offset..], expected.as_bytes());
            }
        };
        check("<a>é</a>".as_bytes(), Some("text/xml; charset=iso-8859-1"), "<a>é</a>");
        check(b"\xEF\xBB\xBF<a/>", None, "<a/>");
        check(b"<a>\xFC</a>", Some("text/xml; charset=windows-1252"), "<a>ü</a>");
        let declared = "<?xml version='1.0' encoding='%'?>";
        let with = |label: &str, bytes: &[u8]| [declared.replace('%', label).as_bytes(), bytes].concat();
        let expect = |label: &str, text: &str| declared.replace('%', label) + text;
        for (label, bytes, text) in [
            ("ISO-8859-1", &b"\x93\xFC\x94"[..], "“ü”"),
            ("windows-1251", b"\xED\xE5\xF2", "нет"),
            ("koi8-r", b"\xCE\xC5\xD4", "нет"),
            ("Shift_JIS", b"\x93\xFA\x96\x7B", "日本"),
            ("GB2312", b"\xD6\xD0\xB9\xFA", "中国"),
            ("Big5", b"\xA4\xA4\xB0\xEA", "中國"),
            ("EUC-KR", b"\xB3\xE2", "년"),
            ("iso-2022-jp", b"\x1B$BF|K\\\x1B(B", "日本"),
            ("nonsense", b"\xFC", "ü"),
            ("UTF-8", b"\xFC", "ü"),
            ("UTF-16", b"x", "x"),
        ] {
            check(&with(label, bytes), None, &expect(label, text));
        }
        check(&with("GB2312", b"\xFC"), Some("text/xml;charset=iso-8859-1"), &expect("GB2312", "ü"));
        // Declared as something else, but plainly UTF-8 with one broken byte.
        let mostly = ["ä".repeat(30).as_bytes(), b"\xFC"].concat();
        check(&with("windows-1251", &mostly), None, &expect("windows-1251", &("ä".repeat(30) + "ü")));
    }

    #[test]
    fn wide_markup() {
        let text = "<a>é</a>";
        let utf_16: Vec<u16> = text.encode_utf16().collect();
        let le: Vec<u8> = utf_16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let be: Vec<u8> = utf_16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let le_32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let be_32: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        for bytes in [
            le.clone(),
            be.clone(),
            le_32.clone(),
            be_32.clone(),
            [&b"\xFF\xFE"[..], &le].concat(),
            [&b"\xFE\xFF"[..], &be].concat(),
            [&b"\xFF\xFE\0\0"[..], &le_32].concat(),
            [&b"\0\0\xFE\xFF"[..], &be_32].concat(),
        ] {
            assert_eq!(decode_markup(&bytes, Some("text/xml; charset=utf-8")).text, text, "{bytes:?}");
        }
        assert_eq!(decode_markup(b"<\0a", None).text, "<\0a");
    }

    #[test]
    fn utf_8_with_broken_bytes_keeps_what_is_sound() {
        let mut bytes = "Grüße aus Köln und M".as_bytes().to_vec();
        bytes.extend(b"\xFCnchen");
        check(&bytes, None, "Grüße aus Köln und München", true);
        check(b"Gr\xC3\xBC\xC3\x9Fe \xC3", None, "Grüße Ã", true);
    }

    #[test]
    fn bytes_that_are_no_text() {
        for bytes in [&b"a\0b"[..], b"\x1F\x8B\x08", b"PK\x03\x04", b"%PDF-1.7", b"\x89PNG\r\n", &[7; 40]] {
            assert!(matches!(decode(bytes, None), Err(Fault::NotText { .. })), "{bytes:?}");
        }
        check(b"old wire \x01\x02text of some length", None, "old wire \x01\x02text of some length", false);
    }
}
