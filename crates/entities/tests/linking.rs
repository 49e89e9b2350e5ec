//! What names mean: links, countries, roles, and none when unsure.

use dateline_entities::{ArticleText, Entity, Field, FieldKind, Tagger};
use dateline_text::Document;
use std::sync::LazyLock;

static TAGGER: LazyLock<Tagger> =
    LazyLock::new(|| Tagger::built_in().expect("the built-in model is part of the program"));

fn entities(text: &str) -> Vec<Entity> {
    let document = Document::new(text);
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    TAGGER.tag(&ArticleText { fields: &fields, language: "en", place_hint: None }).items
}

/// The entity with a mention written `name`.
fn named(text: &str, name: &str) -> Entity {
    let found = entities(text);
    let matching = found.iter().find(|e| e.mentions.iter().any(|m| &text[m.start..m.end] == name));
    matching.unwrap_or_else(|| panic!("no {name:?} in {text:?}: {found:?}")).clone()
}

/// The country of the place or body that `name` means in `text`.
fn country(text: &str, name: &str, expected: Option<&str>) {
    assert_eq!(named(text, name).country.as_deref(), expected, "{name} in {text}");
}

/// The last part of the URI that `name` means in `text`.
fn article(text: &str, name: &str, expected: Option<&str>) {
    let uri = named(text, name).uri;
    let title = uri.as_deref().and_then(|uri| uri.strip_prefix("https://en.wikipedia.org/wiki/"));
    assert_eq!(title, expected, "{name} in {text}");
}

#[test]
fn places_of_one_name() {
    country("Fighting went on in Lebanon, where Hezbollah fired rockets at Israel.", "Lebanon", Some("LB"));
    country("A fire broke out in Lebanon, Pennsylvania on Friday.", "Lebanon", Some("US"));
    country("Prime Minister Irakli Garibashvili of Georgia spoke in Tbilisi.", "Georgia", Some("GE"));
    country(
        "Voters in Georgia went to the polls in Atlanta and Savannah, U.S. officials said.",
        "Georgia",
        Some("US"),
    );
    country("Police in Paris arrested two men near the Seine.", "Paris", Some("FR"));
    country("Police in Paris, Texas arrested two men.", "Paris", Some("US"));
    country("A storm hit Springfield on Monday.", "Springfield", None);
}

#[test]
fn people() {
    article("President Vladimir Putin spoke. Putin left.", "Putin", Some("Vladimir_Putin"));
    article("U.S. officials said that Obama would travel to Berlin.", "Obama", Some("Barack_Obama"));
    article("The baker Vladimir Puttin spoke in Berlin.", "Vladimir Puttin", None);
    assert_eq!(
        named("Foreign Minister Sergei Lavrov met reporters.", "Sergei Lavrov").role.as_deref(),
        Some("Foreign Minister")
    );
}

#[test]
fn bodies_of_one_country() {
    article("U.S. lawmakers in Congress voted on Tuesday.", "Congress", Some("United_States_Congress"));
    article("In India, the ruling party lost a vote in Congress, Indian media said.", "Congress", None);
    article(
        "The World Health Organization (WHO) said so. The WHO is in Geneva.",
        "WHO",
        Some("World_Health_Organization"),
    );
}

#[test]
fn a_nationality_belongs_to_its_country() {
    country("Israeli soldiers left the town.", "Israeli", Some("IL"));
    country("Three South Korean officials met.", "South Korean", Some("KR"));
}

#[test]
fn a_mention_can_be_explained() {
    let text = "A fire broke out in Lebanon, Pennsylvania on Friday.";
    let document = Document::new(text);
    let fields = [Field { kind: FieldKind::Body, document: &document }];
    let article = ArticleText { fields: &fields, language: "en", place_hint: None };
    let entity = named(text, "Lebanon");
    let why = TAGGER.read(&article).explain(&entity, &entity.mentions[0]).unwrap();
    assert_eq!(why.readings.len(), 5);
    assert_eq!(why.readings[0].0, Some(entity.kind));
    assert!(why.candidates[0].chosen && why.candidates.len() > 3);
    assert!(why.candidates[0].context > 0, "the region stands behind it: {why}");
    assert!(why.features.iter().any(|one| one.weight > 0.0 && one.word == "Lebanon"), "{why}");
    assert!(why.to_string().contains("linked to Lebanon"), "{why}");
}
