//! News of which everything is known beforehand: distinct articles of about 3 KB.
//!
//! The same number and seed always give the same articles; two articles of one seed never
//! share id, address or text, and those of two seeds share neither id nor address.

use std::fmt::Write as _;

use dateline_model::ArticleId;

use crate::random::Random;

/// Shortest text; the sentence that passes it is the last.
const TEXT_BYTES: usize = 2_700;

const PEOPLE: &[&str] = &[
    "Amina Okafor",
    "Jonas Lindqvist",
    "Maria Petrova",
    "Kenji Watanabe",
    "Lucía Fernández",
    "David Osei",
    "Hannah Weiss",
    "Omar al-Hashimi",
    "Priya Raman",
    "Tomás Novák",
    "Grace Mutua",
    "Viktor Halonen",
];
const PLACES: &[&str] = &[
    "Nairobi",
    "Geneva",
    "Kyiv",
    "Tokyo",
    "Santiago",
    "Accra",
    "Vienna",
    "Baghdad",
    "Chennai",
    "Prague",
    "Helsinki",
    "Wellington",
    "Beirut",
    "Lisbon",
    "Ottawa",
    "Jakarta",
];
const ORGANISATIONS: &[&str] = &[
    "the World Food Programme",
    "the finance ministry",
    "Médecins Sans Frontières",
    "the central bank",
    "the Red Crescent",
    "the European Commission",
    "the port authority",
    "the electoral commission",
    "the space agency",
    "the national weather service",
    "the dockworkers' union",
    "Meridian Energy",
];
const TOPICS: &[&str] = &[
    "grain shipments",
    "flood defences",
    "the ceasefire talks",
    "interest rates",
    "a vaccination drive",
    "the satellite launch",
    "a rail strike",
    "the budget vote",
    "earthquake relief",
    "the harvest forecast",
    "border crossings",
    "the drought",
];
const VERBS: &[&str] =
    &["welcomed", "criticised", "postponed", "reviewed", "approved", "questioned", "defended"];
const TIMES: &[&str] =
    &["on Monday", "on Friday", "last week", "two days earlier", "this month", "yesterday", "next week"];
const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// One article in Dateline's simple JSON form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestArticle {
    /// The sender's id.
    pub id: String,
    /// Its address, canonical already.
    pub url: String,
    /// The headline.
    pub title: String,
    /// The text, about 3 KB.
    pub text: String,
    /// Publication time, RFC 3339.
    pub published: String,
}

impl TestArticle {
    /// The simple form, on one line.
    #[must_use]
    pub fn json(&self) -> String {
        let Self { id, url, title, text, published } = self;
        serde_json::json!({ "id": id, "url": url, "title": title, "text": text, "published": published })
            .to_string()
    }

    /// The identity that the pipeline gives it: that of its address.
    #[must_use]
    pub fn article_id(&self) -> ArticleId {
        ArticleId::from_url(&self.url)
    }

    /// A later version: the same article with one more sentence.
    #[must_use]
    pub fn changed(&self, sentence: &str) -> Self {
        Self { text: format!("{}\n\n{sentence}", self.text), ..self.clone() }
    }
}

/// The first `count` articles of a seed.
pub fn articles(count: usize, seed: u64) -> impl Iterator<Item = TestArticle> {
    (0..count).map(move |index| article(index, seed))
}

/// The same as JSON lines.
#[must_use]
pub fn json_lines(articles: impl IntoIterator<Item = TestArticle>) -> String {
    articles.into_iter().fold(String::new(), |lines, article| lines + &article.json() + "\n")
}

fn article(index: usize, seed: u64) -> TestArticle {
    article_of(TEXT_BYTES, index, seed)
}

/// The article of this number with a text of another length: the sentence that passes `bytes`
/// is its last.
#[must_use]
pub fn article_of(bytes: usize, index: usize, seed: u64) -> TestArticle {
    let mut random = Random::new(seed, index);
    let (year, month, day) = (2019 + random.below(6), 1 + random.below(12), 1 + random.below(28));
    let (place, topic) = (random.pick(PLACES), random.pick(TOPICS));
    let person = random.pick(PEOPLE);
    let title = format!("{} {} {topic} in {place}", person, random.pick(VERBS));
    let agency = ["Reuters", "AFP", "AP"][random.below(3)];
    let month_name = MONTHS[month - 1];
    let mut text = format!(
        "{}, {month_name} {day} ({agency}) - {person} {} {topic} {}, in report {seed}-{index}.",
        place.to_uppercase(),
        random.pick(VERBS),
        random.pick(TIMES)
    );
    while text.len() < bytes {
        let separator = if random.below(4) == 0 { "\n\n" } else { " " };
        text.push_str(separator);
        text.push_str(&sentence(&mut random));
    }
    let (hour, minute) = (random.below(24), random.below(60));
    TestArticle {
        id: format!("{seed}-{index}"),
        url: format!("https://news.example/{year}/{month:02}/{day:02}/report-{seed}-{index}"),
        title,
        text,
        published: format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"),
    }
}

fn sentence(random: &mut Random) -> String {
    let (person, place, time) = (random.pick(PEOPLE), random.pick(PLACES), random.pick(TIMES));
    let (organisation, topic, verb) = (random.pick(ORGANISATIONS), random.pick(TOPICS), random.pick(VERBS));
    let number = 2 + random.below(9_000);
    let (month, day, year) = (random.pick(MONTHS), 1 + random.below(28), 2015 + random.below(10));
    let mut sentence = String::new();
    let written = match random.below(6) {
        0 => write!(sentence, "{person} of {organisation} {verb} {topic} {time}."),
        1 => {
            write!(sentence, "In {place}, {number} people were affected by {topic} on {month} {day}, {year}.")
        }
        2 => write!(sentence, "\"We have {verb} {topic} since {year},\" {person} said in {place} {time}."),
        3 => write!(sentence, "Officials in {place} put the cost of {topic} at ${number} million."),
        4 => write!(
            sentence,
            "A spokesperson for {organisation} said that {topic} would resume in {month} {year}."
        ),
        _ => write!(sentence, "It was the first such decision in {place} in {} years.", 2 + number % 60),
    };
    written.expect("a string takes any text");
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_extract::{Format, Input, Limits, canonical_url, extract};
    use std::collections::BTreeSet;

    #[test]
    fn the_same_seed_gives_the_same_articles() {
        assert!(articles(20, 7).eq(articles(20, 7)));
        assert!(articles(20, 7).eq(articles(40, 7).take(20)));
        assert!(articles(20, 7).zip(articles(20, 8)).all(|(one, other)| one.text != other.text));
    }

    #[test]
    fn articles_are_distinct_and_of_the_size_of_news() {
        let all: Vec<TestArticle> = articles(1_000, 1).chain(articles(1_000, 2)).collect();
        let distinct = |part: fn(&TestArticle) -> &str| all.iter().map(part).collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(|article| &article.id), 2_000);
        assert_eq!(distinct(|article| &article.url), 2_000);
        assert_eq!(distinct(|article| &article.text), 2_000);
        let bytes = all.iter().map(|article| article.json().len()).sum::<usize>() / all.len();
        assert!((2_800..3_400).contains(&bytes), "{bytes} bytes on average");
    }

    #[test]
    fn a_text_may_have_another_length() {
        let (usual, large) = (article(3, 1), article_of(1_000_000, 3, 1));
        assert!(large.text.starts_with(&usual.text) && large.id == usual.id);
        assert!((1_000_000..1_001_000).contains(&large.text.len()), "{} bytes", large.text.len());
    }

    #[test]
    fn extraction_reads_them_as_they_are_meant() {
        let lines = json_lines(articles(50, 3));
        let input = Input::new("x", lines.as_bytes()).with_format(Format::JsonLines);
        let read: Vec<_> = extract(&input, &Limits::default()).into_iter().map(Result::unwrap).collect();
        assert_eq!(read.len(), 50);
        for (article, expected) in read.iter().zip(articles(50, 3)) {
            assert_eq!(article.text, expected.text);
            assert_eq!(article.input_id.as_deref(), Some(expected.id.as_str()));
            assert_eq!(canonical_url(&expected.url), Some(expected.url));
        }
    }
}
