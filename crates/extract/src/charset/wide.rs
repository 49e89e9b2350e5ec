//! Characters of two or four bytes: told by their mark or by their zeros.

use super::Decoded;
use encoding_rs::{UTF_16BE, UTF_16LE};
use std::borrow::Cow;

/// How wide characters lie in the bytes.
#[derive(Clone, Copy)]
enum Width {
    Two { little: bool },
    Four { little: bool },
}

/// Decodes UTF-16 and UTF-32 markup; `None` for anything else.
pub(super) fn decode(bytes: &[u8]) -> Option<Decoded<'static>> {
    let (width, mark) = width(bytes)?;
    let body = &bytes[mark..];
    let (text, damaged, name) = match width {
        Width::Two { little } => {
            let encoding = if little { UTF_16LE } else { UTF_16BE };
            let (text, damaged) = encoding.decode_without_bom_handling(body);
            (text.into_owned(), damaged, "UTF-16")
        }
        Width::Four { little } => {
            let (text, damaged) = four_bytes(body, little);
            (text, damaged, "UTF-32")
        }
    };
    let warning = damaged.then(|| format!("damaged {name} mended with U+FFFD"));
    Some(Decoded { text: Cow::Owned(text), offset: None, warning })
}

/// The width and the length of the mark that says so.
fn width(bytes: &[u8]) -> Option<(Width, usize)> {
    const PATTERNS: [(&[u8], Width, usize); 10] = [
        (b"\xFF\xFE\0\0", Width::Four { little: true }, 4),
        (b"\0\0\xFE\xFF", Width::Four { little: false }, 4),
        (b"\xFF\xFE", Width::Two { little: true }, 2),
        (b"\xFE\xFF", Width::Two { little: false }, 2),
        (b"<\0\0\0", Width::Four { little: true }, 0),
        (b"\0\0\0<", Width::Four { little: false }, 0),
        // `<` and a letter, `?` or `!`, checked below.
        (b"<\0", Width::Two { little: true }, 0),
        (b"\0<", Width::Two { little: false }, 0),
        (b"{\0", Width::Two { little: true }, 0),
        (b"\0{", Width::Two { little: false }, 0),
    ];
    let (_, width, mark) = PATTERNS.into_iter().find(|(pattern, ..)| bytes.starts_with(pattern))?;
    // A single stray NUL makes no UTF-16.
    let zeros = bytes.iter().take(8).filter(|&&byte| byte == 0).count();
    (mark > 0 || zeros >= 3).then_some((width, mark))
}

fn four_bytes(bytes: &[u8], little: bool) -> (String, bool) {
    let (units, rest) = bytes.as_chunks::<4>();
    let mut damaged = !rest.is_empty();
    let text = units
        .iter()
        .map(|&unit| {
            let code = if little { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) };
            char::from_u32(code).unwrap_or_else(|| {
                damaged = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    (text, damaged)
}
