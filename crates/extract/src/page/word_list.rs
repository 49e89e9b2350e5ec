//! Words that are looked for in many short texts at once: one pass over a
//! text, and a word is compared only where its first byte stands.

/// Up to 32 words in lower case.
#[derive(Debug)]
pub(super) struct WordList<const N: usize> {
    words: [&'static str; N],
    /// Those that begin with a byte, as bits.
    begins: [u32; 256],
}

impl<const N: usize> WordList<N> {
    pub(super) const fn new(words: [&'static str; N]) -> Self {
        assert!(N <= 32, "a word is a bit");
        let mut begins = [0; 256];
        let mut at = 0;
        while at < N {
            begins[words[at].as_bytes()[0] as usize] |= 1 << at;
            at += 1;
        }
        Self { words, begins }
    }

    /// Where the last of them begins that the text has; ASCII in any case.
    pub(super) fn last_in(&self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        (0..bytes.len()).rev().find(|&at| self.is_at(&bytes[at..]))
    }

    /// Whether the text has any of them; ASCII in any case.
    pub(super) fn any_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        (0..bytes.len()).any(|at| self.is_at(&bytes[at..]))
    }

    fn is_at(&self, rest: &[u8]) -> bool {
        let mut left = self.begins[usize::from(rest[0].to_ascii_lowercase())];
        while left != 0 {
            let word = self.words[left.trailing_zeros() as usize].as_bytes();
            if rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)) {
                return true;
            }
            left &= left - 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::WordList;

    #[test]
    fn words_in_texts() {
        const LIST: WordList<3> = WordList::new(["posted", "publié", "опубликован"]);
        let check = |text: &str, expected: Option<usize>| {
            assert_eq!(LIST.last_in(text), expected, "{text}");
            assert_eq!(LIST.any_in(text), expected.is_some(), "{text}");
        };
        check("", None);
        check("post", None);
        check("Posted on", Some(0));
        check("posted, rePOSTED", Some(10));
        check("é publié", Some(3));
        check("опубликовано", Some(0));
    }
}
