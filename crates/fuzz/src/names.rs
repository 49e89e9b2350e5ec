//! Names in foreign texts, and the files that they are found with.

use dateline_entities::{ArticleText, Field, FieldKind, Gazetteer, List, Tagger};
use dateline_text::Document;
use std::sync::OnceLock;

/// The tagger that ships; reading it takes longer than any input does.
fn tagger() -> &'static Tagger {
    static TAGGER: OnceLock<Tagger> = OnceLock::new();
    TAGGER.get_or_init(|| Tagger::built_in().expect("the shipped model reads"))
}

/// An article: its headline is the first line, its text the rest.
///
/// # Panics
/// When a mention is no slice of its field, or a score no share.
pub fn entities(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (headline, body) = text.split_once('\n').unwrap_or(("", &text));
    let texts = [headline, body];
    let documents = texts.map(Document::new);
    let fields = [
        Field { kind: FieldKind::Headline, document: &documents[0] },
        Field { kind: FieldKind::Body, document: &documents[1] },
    ];
    let article = ArticleText { fields: &fields, language: "en", place_hint: headline.split(',').next() };
    for entity in tagger().tag(&article).items {
        assert!(!entity.name.is_empty() && !entity.mentions.is_empty(), "{entity:?}");
        assert!(
            (0.0..=1.0).contains(&entity.confidence) && (0.0..=1.0).contains(&entity.salience),
            "{entity:?}"
        );
        for mention in &entity.mentions {
            let slice = texts[mention.field].get(mention.start..mention.end);
            assert!(slice.is_some_and(|slice| !slice.is_empty()), "{mention:?} is no slice of {entity:?}");
        }
    }
}

/// A gazetteer's list, packed or plain.
///
/// # Panics
/// When what is packed of a list does not unpack to as many names.
pub fn gazetteer(data: &[u8]) {
    let Ok(list) = List::from_bytes("fuzz", data.to_vec()) else { return };
    let packed = List::from_bytes("packed", list.to_compact()).expect("what we packed unpacks");
    let read = Gazetteer::from_lists([list]).map(|gazetteer| gazetteer.len());
    let again = Gazetteer::from_lists([packed]).map(|gazetteer| gazetteer.len());
    assert_eq!(read.ok(), again.ok());
}

/// A model file. The length in its header is put right, or hardly any mutation would get past it.
///
/// # Panics
/// When a model that reads cannot tag.
pub fn model(data: &[u8]) {
    const LENGTH: std::ops::Range<usize> = 8..12;
    let mut bytes = data.to_vec();
    if let Some(length) = bytes.get_mut(LENGTH) {
        length.copy_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    }
    let Ok(tagger) = Tagger::from_parts(&bytes, Gazetteer::default()) else { return };
    let document = Document::new("Angela Merkel met the World Bank in Paris.");
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    let found = tagger.tag(&ArticleText { fields: &fields, language: "en", place_hint: None });
    assert!(found.items.len() <= 42, "more names than letters");
}
