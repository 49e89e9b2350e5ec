//! Byte offsets to Unicode code-point offsets, without a table per byte.

/// How many bytes one stored checkpoint covers.
const STRIDE: usize = 256;

/// Turns byte offsets of one text into code-point offsets in constant time.
///
/// ASCII text needs no table at all; other text keeps one count per 256 bytes.
///
/// ```
/// let index = dateline_text::CodePoints::new("né à Kyiv");
/// assert_eq!(index.at("né à ".len()), 5);
/// ```
#[derive(Debug, Clone)]
pub struct CodePoints<'t> {
    text: &'t str,
    checkpoints: Option<Vec<u32>>,
}

impl<'t> CodePoints<'t> {
    /// Prepares the index of `text`.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let checkpoints = (!text.is_ascii()).then(|| {
            let mut seen = 0;
            text.as_bytes()
                .chunks(STRIDE)
                .map(|chunk| {
                    let before = seen;
                    seen += leading_bytes(chunk);
                    before
                })
                .collect()
        });
        Self { text, checkpoints }
    }

    /// Code points before byte `offset`, which must be a character border not
    /// past the end of the text.
    #[must_use]
    pub fn at(&self, offset: usize) -> u32 {
        let Some(checkpoints) = &self.checkpoints else {
            return narrow(offset);
        };
        let chunk = offset / STRIDE;
        let Some(&before) = checkpoints.get(chunk) else {
            return checkpoints.last().copied().unwrap_or(0)
                + leading_bytes(&self.text.as_bytes()[(chunk - 1) * STRIDE..offset]);
        };
        before + leading_bytes(&self.text.as_bytes()[chunk * STRIDE..offset])
    }
}

/// Bytes that begin a character (all but continuation bytes).
fn leading_bytes(bytes: &[u8]) -> u32 {
    narrow(bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count())
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_counting(text in "(\\PC|[a-z ]){0,900}") {
            let index = CodePoints::new(&text);
            for (count, (offset, _)) in text.char_indices().enumerate() {
                prop_assert_eq!(index.at(offset) as usize, count);
            }
            prop_assert_eq!(index.at(text.len()) as usize, text.chars().count());
        }
    }

    #[test]
    fn end_of_a_text_that_fills_its_last_chunk() {
        let text = "é".repeat(STRIDE / 2);
        assert_eq!(CodePoints::new(&text).at(text.len()) as usize, STRIDE / 2);
    }
}
