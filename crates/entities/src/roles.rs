//! Offices and functions that the text gives a person.
//!
//! Before the name ("Prime Minister Tony Blair", "Foreign Ministry spokesman
//! Li Wei") or behind it between commas ("Jane Doe, a spokeswoman for the
//! ministry, said"). A role is given as it is written.

use crate::article::ArticleText;
use crate::spot::Spot;

/// Words that name an office or a function.
const HEADS: [&str; 77] = [
    "president",
    "minister",
    "secretary",
    "chancellor",
    "premier",
    "king",
    "queen",
    "prince",
    "princess",
    "emperor",
    "sultan",
    "emir",
    "sheikh",
    "pope",
    "cardinal",
    "archbishop",
    "bishop",
    "ayatollah",
    "imam",
    "general",
    "colonel",
    "major",
    "captain",
    "lieutenant",
    "admiral",
    "commander",
    "sergeant",
    "chief",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    "senator",
    "congressman",
    "congresswoman",
    "representative",
    "governor",
    "mayor",
    "judge",
    "justice",
    "prosecutor",
    "attorney",
    "lawyer",
    "ambassador",
    "envoy",
    "diplomat",
    "director",
    "chairman",
    "chairwoman",
    "chair",
    "head",
    "leader",
    "founder",
    "executive",
    "officer",
    "official",
    "inspector",
    "commissioner",
    "coordinator",
    "adviser",
    "advisor",
    "analyst",
    "economist",
    "professor",
    "scientist",
    "researcher",
    "journalist",
    "reporter",
    "editor",
    "author",
    "coach",
    "manager",
    "activist",
    "dissident",
    "lawmaker",
    "legislator",
    "speaker",
    "correspondent",
];

/// Words that stand in front of a head and belong to the role.
const MODIFIERS: [&str; 46] = [
    "prime",
    "vice",
    "deputy",
    "foreign",
    "defense",
    "defence",
    "finance",
    "interior",
    "justice",
    "former",
    "acting",
    "interim",
    "chief",
    "senior",
    "assistant",
    "under",
    "attorney",
    "oil",
    "trade",
    "health",
    "education",
    "energy",
    "information",
    "transport",
    "environment",
    "culture",
    "labor",
    "labour",
    "agriculture",
    "economy",
    "home",
    "crown",
    "supreme",
    "opposition",
    "rebel",
    "military",
    "police",
    "army",
    "navy",
    "press",
    "co-founder",
    "national",
    "security",
    "human",
    "rights",
    "affairs",
];

/// Words that may follow a head inside a role in front of a name: "Secretary
/// of State", "Secretary-General".
const LINKS: [&str; 4] = ["of", "for", "the", "and"];
/// Most words of a role in front of a name.
const MOST_BEFORE: usize = 6;
/// Most words of a role behind a name.
const MOST_BEHIND: usize = 14;

/// The role that the text around `spot` gives the person, if any.
pub(crate) fn role(article: &ArticleText<'_>, spot: &Spot) -> Option<String> {
    before(article, spot).or_else(|| behind(article, spot))
}

fn is_head(word: &str) -> bool {
    let lower = word.to_lowercase();
    let last = lower.rsplit('-').next().unwrap_or_default();
    HEADS.contains(&lower.as_str()) || HEADS.contains(&last) || lower == "secretary-general"
}

fn is_modifier(word: &str) -> bool {
    MODIFIERS.contains(&word.to_lowercase().as_str())
}

/// The run of role words that ends where the name starts.
fn before(article: &ArticleText<'_>, spot: &Spot) -> Option<String> {
    let start = sentence_start(article, spot);
    let mut first = spot.first;
    let mut has_head = false;
    while first > start && spot.first - first < MOST_BEFORE {
        let word = spot.token(article, first - 1);
        let linked = first < spot.first && (LINKS.contains(&word) || may_end_a_title(word));
        let opens_title = first == spot.first && may_end_a_title(word);
        if is_head(word) {
            has_head = true;
        } else if !(is_modifier(word) || (!has_head && (linked || opens_title))) {
            break;
        }
        first -= 1;
    }
    // "the" and "and" in front of the first role word are no part of it.
    while first < spot.first && LINKS.contains(&spot.token(article, first)) {
        first += 1;
    }
    (has_head && first < spot.first).then(|| slice(article, spot, first, spot.first))
}

/// Last words of titles that do not end in a head: "Secretary of State".
fn may_end_a_title(word: &str) -> bool {
    matches!(
        word,
        "State"
            | "Staff"
            | "Defense"
            | "Treasury"
            | "Commerce"
            | "Homeland"
            | "Security"
            | "General"
            | "State-designate"
    )
}

/// "…, a spokeswoman for the ministry, …".
fn behind(article: &ArticleText<'_>, spot: &Spot) -> Option<String> {
    if spot.token(article, spot.last) != "," {
        return None;
    }
    let mut first = spot.last + 1;
    if matches!(spot.token(article, first), "a" | "an" | "the") {
        first += 1;
    }
    let end = (first..first + MOST_BEHIND)
        .find(|&index| matches!(spot.token(article, index), "," | "." | ";" | ""))?;
    let head = (first..end).take(5).find(|&index| is_head(spot.token(article, index)))?;
    let lower_case = spot.token(article, head).starts_with(char::is_lowercase);
    let by_itself = (first..head).all(|index| {
        let word = spot.token(article, index);
        is_modifier(word) || word == "'s" || word.starts_with(char::is_uppercase)
    });
    (end > first && by_itself && (lower_case || head == first)).then(|| slice(article, spot, first, end))
}

fn sentence_start(article: &ArticleText<'_>, spot: &Spot) -> usize {
    let sentences = article.fields[spot.field].document.sentences();
    let after = sentences.partition_point(|sentence| sentence.start as usize <= spot.first);
    after.checked_sub(1).map_or(0, |index| sentences[index].start as usize)
}

fn slice(article: &ArticleText<'_>, spot: &Spot, first: usize, last: usize) -> String {
    let document = article.fields[spot.field].document;
    let (start, end) = (document.tokens()[first].start as usize, document.tokens()[last - 1].end as usize);
    document.text()[start..end].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::SpanReason;
    use crate::{EntityKind, Field, FieldKind};

    fn check(text: &str, name: &str, expected: Option<&str>) {
        let document = dateline_text::Document::new(text);
        let fields = [Field { kind: FieldKind::Body, document: &document }];
        let article = ArticleText { fields: &fields, language: "en", place_hint: None };
        let start = text.find(name).unwrap();
        let token_at = |at| {
            document.tokens().iter().position(|t| t.start as usize >= at).unwrap_or(document.tokens().len())
        };
        let (first, last) = (token_at(start), token_at(start + name.len()));
        let spot =
            Spot { field: 0, first, last, kind: EntityKind::Person, margin: 0.0, reason: SpanReason::Model };
        assert_eq!(role(&article, &spot).as_deref(), expected, "{text}");
    }

    #[test]
    fn roles_in_front_of_a_name() {
        check("British Prime Minister Tony Blair spoke.", "Tony Blair", Some("Prime Minister"));
        check("U.S. Secretary of State Antony Blinken left.", "Antony Blinken", Some("Secretary of State"));
        check("Foreign Ministry spokesman Li Wei said so.", "Li Wei", Some("spokesman"));
        check("He met former President Jimmy Carter.", "Jimmy Carter", Some("former President"));
        check("U.N. Secretary-General Kofi Annan left.", "Kofi Annan", Some("Secretary-General"));
        check("On Monday Jane Doe left.", "Jane Doe", None);
        check("The minister left. Jane Doe stayed.", "Jane Doe", None);
    }

    #[test]
    fn roles_behind_a_name() {
        check(
            "Jane Doe, a spokeswoman for the ministry, said so.",
            "Jane Doe",
            Some("spokeswoman for the ministry"),
        );
        check("Jane Doe, the bank's chief economist, said so.", "Jane Doe", None);
        check("Jane Doe, head of the agency, said so.", "Jane Doe", Some("head of the agency"));
        check("Jane Doe, 34, said so.", "Jane Doe", None);
        check("Jane Doe, who left, said so.", "Jane Doe", None);
    }
}
