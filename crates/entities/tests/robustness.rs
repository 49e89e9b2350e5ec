//! Any text gives well-formed entities, and none does harm.

use dateline_entities::{ArticleText, Entities, EntityKind, Field, FieldKind, Tagger};
use dateline_text::Document;
use proptest::prelude::*;
use std::sync::LazyLock;

static TAGGER: LazyLock<Tagger> =
    LazyLock::new(|| Tagger::built_in().expect("the built-in model is part of the program"));

/// Tags `text` as the body below `headline`, and checks what must always hold.
fn tag(headline: &str, text: &str, language: &str) -> Entities {
    let (head, body) = (Document::new(headline), Document::new(text));
    let fields = [
        Field { kind: FieldKind::Headline, document: &head },
        Field { kind: FieldKind::Body, document: &body },
    ];
    let found = TAGGER.tag(&ArticleText { fields: &fields, language, place_hint: None });
    let mut spans: Vec<(usize, usize, usize)> = Vec::new();
    for entity in &found.items {
        assert!(!entity.mentions.is_empty() && !entity.name.is_empty());
        assert!((0.0..=1.0).contains(&entity.confidence), "confidence {}", entity.confidence);
        assert!((0.0..=1.0).contains(&entity.salience), "salience {}", entity.salience);
        for mention in &entity.mentions {
            let text = fields[mention.field].document.text();
            assert!(text.get(mention.start..mention.end).is_some_and(|name| !name.is_empty()));
            spans.push((mention.field, mention.start, mention.end));
        }
    }
    spans.sort_unstable();
    assert!(spans.windows(2).all(|pair| pair[0].0 < pair[1].0 || pair[0].2 <= pair[1].1), "spans overlap");
    found
}

/// Whether the text gives this name with this kind.
fn check(text: &str, kind: EntityKind, name: &str) {
    let found = tag("", text, "en");
    let has = found.items.iter().any(|entity| {
        entity.kind == kind && entity.mentions.iter().any(|m| m.field == 1 && &text[m.start..m.end] == name)
    });
    assert!(has, "no {kind:?} {name:?} in {text:?}: {:?}", found.items);
}

#[test]
fn names_beside_other_scripts_and_emoji() {
    check(
        "🔥🔥 Breaking: President Emmanuel Macron 👩‍👩‍👧 arrived in Berlin 🇩🇪 today.",
        EntityKind::Place,
        "Berlin",
    );
    check("كتب الصحفي من القاهرة. The talks in Baghdad ended on Monday.", EntityKind::Place, "Baghdad");
    check("Jose\u{301} Garci\u{301}a lives in Madrid, he said.", EntityKind::Place, "Madrid");
    check("习近平 met Vladimir Putin in Moscow.", EntityKind::Person, "Vladimir Putin");
    check("\u{202e}odd\u{202c} text from Kabul , officials said.", EntityKind::Place, "Kabul");
}

#[test]
fn news_style() {
    check("The White House said on Tuesday that it would wait.", EntityKind::Organisation, "White House");
    check("Israeli troops left the Gaza Strip on Friday.", EntityKind::Misc, "Israeli");
    check("Shares of Volkswagen fell 3 percent in Frankfurt.", EntityKind::Organisation, "Volkswagen");
    check("BAGHDAD - Three soldiers were killed on Sunday.", EntityKind::Place, "BAGHDAD");
}

#[test]
fn nothing_comes_of_nothing() {
    for text in ["", " ", "\n\n\n", "...", "🙂", "\u{feff}", "1 2 3", "a"] {
        assert!(tag(text, text, "en").items.is_empty(), "{text:?}");
    }
}

#[test]
fn other_languages_get_known_names_only() {
    let found =
        tag("", "Der Bundeskanzler sprach gestern in Berlin mit Emmanuel Macron über die Ukraine.", "de");
    let names: Vec<&str> = found.items.iter().map(|entity| entity.name.as_str()).collect();
    assert!(names.contains(&"Emmanuel Macron") && names.contains(&"Berlin"), "{names:?}");
    assert!(!names.contains(&"Bundeskanzler"), "{names:?}");
}

/// Names that an article in `language` gives.
fn names_in(language: &str, text: &str) -> Vec<String> {
    tag("", text, language).items.into_iter().map(|entity| entity.name).collect()
}

#[test]
fn many_languages_give_no_nonsense() {
    let french = names_in(
        "fr",
        "Le président Emmanuel Macron a reçu hier Angela Merkel. Les Français votent dimanche.",
    );
    assert_eq!(french, ["Emmanuel Macron", "Angela Merkel"]);
    let spanish =
        names_in("es", "El Presidente habló con Barack Obama sobre la Economía y los Derechos Humanos.");
    assert_eq!(spanish, ["Barack Obama"]);
    for (language, text) in [
        ("ru", "Президент России выступил в Москве перед журналистами."),
        ("ar", "قال الرئيس إن المحادثات في القاهرة كانت مفيدة."),
        ("zh", "中国国家主席习近平在北京会见了法国总统。"),
        ("hi", "प्रधानमंत्री ने नई दिल्ली में पत्रकारों से बात की।"),
        ("el", "Ο πρωθυπουργός μίλησε στην Αθήνα."),
        ("he", "ראש הממשלה דיבר בירושלים."),
        ("ja", "首相は東京で記者会見を開いた。"),
        ("th", "นายกรัฐมนตรีกล่าวที่กรุงเทพ"),
    ] {
        assert!(names_in(language, text).is_empty(), "{language}: {:?}", names_in(language, text));
    }
}

#[test]
fn a_megabyte_of_anything_is_read() {
    for part in
        ["Kabul ", "x", "🙂", "A. ", "The U.S. Army (USA) met Jane Smith in Paris, Texas. ", "\u{301}"]
    {
        let text = part.repeat((1 << 20) / part.len());
        tag("", &text, "en");
    }
}

#[test]
fn a_megabyte_of_different_names_is_read() {
    let letter = |n: u32| char::from_u32('a' as u32 + n % 26).unwrap();
    let name = |n: u32| {
        format!(
            "Mr. {}{}{} Smi{}{} said. ",
            'T',
            letter(n),
            letter(n / 26),
            letter(n / 676),
            letter(n / 17_576)
        )
    };
    let text: String = (0..40_000).map(name).collect();
    tag("", &text, "en");
}

#[test]
fn the_same_text_gives_the_same_entities() {
    let text = "Jane Smith of the World Bank met Bob Ray in Lebanon, Pennsylvania. Smith left for Georgia.";
    assert_eq!(tag("Bank chief travels", text, "en"), tag("Bank chief travels", text, "en"));
}

proptest! {
    #[test]
    fn any_text_gives_well_formed_entities(headline in "\\PC{0,40}", text in "(\\PC|[A-Z][a-z]{1,6} |\n){0,120}") {
        tag(&headline, &text, "en");
        tag(&headline, &text, "fr");
    }
}
