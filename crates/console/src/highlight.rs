//! Laying annotations over a text: from spans in code points, which may overlap,
//! nest or be wrong, to pieces that follow each other.

use dateline_model::{NewsRecord, Span};

/// A stretch of text and the annotations that cover all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece<'a, T> {
    /// The text.
    pub(crate) text: &'a str,
    /// Shortest annotation first: the one that says most about this very place.
    pub(crate) covered_by: Vec<T>,
    /// Those of them that begin here: their first piece carries their anchor.
    pub(crate) begins: Vec<T>,
}

/// Cuts `text` wherever an annotation begins or ends. Together the pieces are the
/// text. A range that is empty or reaches past the end is left out: the text may
/// have been cut for showing.
pub(crate) fn pieces<'a, T: Copy>(text: &'a str, annotations: &[(u32, u32, T)]) -> Vec<Piece<'a, T>> {
    let offsets = byte_offsets(text);
    let last = offsets.len() - 1;
    let byte_of = |at: u32| offsets[at as usize];
    let mut sound: Vec<_> =
        annotations.iter().filter(|(start, end, _)| start < end && *end as usize <= last).copied().collect();
    // Stable: of equally long ones the first given stays first.
    sound.sort_by_key(|(start, end, _)| end - start);
    let mut cuts: Vec<usize> =
        sound.iter().flat_map(|(start, end, _)| [byte_of(*start), byte_of(*end)]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    // Each piece is covered by the annotations that are open there; sweeping in order
    // keeps thousands of mentions from being compared with thousands of pieces.
    let mut by_start: Vec<usize> = (0..sound.len()).collect();
    by_start.sort_by_key(|&index| sound[index].0);
    let mut opening = by_start.into_iter().peekable();
    let mut open: Vec<usize> = Vec::new();
    let mut pieces = Vec::with_capacity(cuts.len());
    for pair in cuts.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        open.retain(|&index| byte_of(sound[index].1) > from);
        let mut begins = Vec::new();
        while let Some(index) = opening.next_if(|&index| byte_of(sound[index].0) == from) {
            open.push(index);
            begins.push(index);
        }
        open.sort_unstable();
        begins.sort_unstable();
        let labels = |indices: &[usize]| indices.iter().map(|&index| sound[index].2).collect();
        pieces.push(Piece { text: &text[from..to], covered_by: labels(&open), begins: labels(&begins) });
    }
    pieces
}

/// Byte offset of every code point, and of the end.
fn byte_offsets(text: &str) -> Vec<usize> {
    text.char_indices().map(|(byte, _)| byte).chain([text.len()]).collect()
}

/// Something that a record says about a stretch of its text, by its place in the
/// record's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Annotation {
    /// The nth of `dateline.timex`.
    Date(usize),
    /// The nth of `dateline.entities`, in its nth mention.
    Entity(usize, usize),
}

/// All annotations of one field, where they stand.
pub(crate) fn annotations(record: &NewsRecord, field: &str) -> Vec<(u32, u32, Annotation)> {
    let place = |span: &Span, annotation| (span.field == field).then_some((span.start, span.end, annotation));
    let dates = record.dateline.timex.iter().enumerate();
    let entities = record.dateline.entities.iter().enumerate();
    dates
        .filter_map(|(index, timex)| place(&timex.span, Annotation::Date(index)))
        .chain(entities.flat_map(|(index, entity)| {
            let mentions = entity.mentions.iter().enumerate();
            mentions.filter_map(move |(mention, span)| place(span, Annotation::Entity(index, mention)))
        }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pieces as text: `[abc]` for the annotations that cover it, `+` where one begins.
    #[track_caller]
    fn check(text: &str, annotations: &[(u32, u32, char)], expected: &str) {
        let shown: Vec<String> = pieces(text, annotations)
            .iter()
            .map(|piece| match piece.covered_by.iter().collect::<String>() {
                none if none.is_empty() => piece.text.to_owned(),
                names => {
                    let begins = if piece.begins.is_empty() { "" } else { "+" };
                    format!("[{begins}{names}:{}]", piece.text)
                }
            })
            .collect();
        assert_eq!(shown.concat(), expected);
    }

    #[test]
    fn spans_are_laid_over_the_text() {
        check("", &[], "");
        check("plain", &[], "plain");
        check("in Rome today", &[(3, 7, 'p'), (8, 13, 'd')], "in [+p:Rome] [+d:today]");
        check("Rome", &[(0, 4, 'p')], "[+p:Rome]");
        check("ab", &[(0, 1, 'x'), (1, 2, 'y')], "[+x:a][+y:b]");
    }

    #[test]
    fn code_points_are_counted_not_bytes() {
        check("🌍🌍 Élysée", &[(3, 9, 'p')], "🌍🌍 [+p:Élysée]");
        check("👩‍🚀 fly", &[(0, 3, 'x')], "[+x:👩‍🚀] fly");
        check("e\u{301}tat", &[(0, 2, 'x')], "[+x:e\u{301}]tat");
    }

    #[test]
    fn overlapping_and_nested_spans_share_pieces() {
        check("abcdef", &[(0, 4, 'x'), (2, 6, 'y')], "[+x:ab][+xy:cd][y:ef]");
        check("Bank of Rome", &[(0, 12, 'o'), (8, 12, 'p')], "[+o:Bank of ][+po:Rome]");
        check("abc", &[(0, 3, 'x'), (0, 3, 'y')], "[+xy:abc]");
    }

    #[test]
    fn wrong_spans_are_left_out() {
        check("abc", &[(1, 1, 'e'), (2, 1, 'r'), (0, 4, 'l'), (u32::MAX, u32::MAX, 'm')], "abc");
    }

    proptest! {
        #[test]
        fn pieces_are_the_text(
            text in "\\PC{0,40}",
            spans in proptest::collection::vec((0u32..50, 0u32..50), 0..12),
        ) {
            let spans: Vec<_> = (0..).zip(spans).map(|(index, (a, b))| (a, b, index)).collect();
            let cut = pieces(&text, &spans);
            let joined: String = cut.iter().map(|piece| piece.text).collect();
            prop_assert_eq!(&joined, &text);
            let length = text.chars().count();
            for &(start, end, index) in &spans {
                let covered: String =
                    cut.iter().filter(|piece| piece.covered_by.contains(&index)).map(|piece| piece.text).collect();
                let sound = start < end && end as usize <= length;
                let expected: String = if sound {
                    text.chars().skip(start as usize).take((end - start) as usize).collect()
                } else {
                    String::new()
                };
                prop_assert_eq!(covered, expected);
                prop_assert_eq!(cut.iter().filter(|piece| piece.begins.contains(&index)).count(), usize::from(sound));
            }
        }
    }
}
