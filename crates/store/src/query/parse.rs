//! Reading a query from what a person typed.

use super::{Clause, Condition, Period, Query};
use dateline_model::{EntityType, SubjectToken};
use std::ops::Range;

/// Longest query, in bytes; nobody types a longer one.
const MAX_BYTES: usize = 8 * 1024;
/// Most clauses: each costs a look-up.
const MAX_CLAUSES: usize = 64;

/// What is wrong with a query, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at column {}: {fault}", place.start + 1)]
pub struct QueryError {
    /// The Unicode code points of the query at fault.
    pub place: Range<usize>,
    /// What is wrong.
    pub fault: QueryFault,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryFault {
    /// A quotation mark without its partner.
    #[error("this quotation mark is never closed")]
    OpenQuote,
    /// A name before a colon that is no filter.
    #[error(
        "there is no filter `{found}:`; did you mean `{nearest}:`? Quote the text to search for it as words"
    )]
    UnknownFilter {
        /// As written.
        found: String,
        /// The filter that it looks most like.
        nearest: &'static str,
    },
    /// A filter without a value.
    #[error("`{0}:` needs a value right after the colon")]
    NoValue(&'static str),
    /// Not a date.
    #[error("`{0}` is no date; write 2023, 2023-11, 2023-W44, 2023-11-07 or 2023-11-07T10:00Z")]
    Date(String),
    /// A `~` behind what has no words.
    #[error("`{0}:` takes no `~`; only words, and the names of entities, have others that are like them")]
    NotAlike(&'static str),
    /// Nothing that could be found.
    #[error("`{0}` holds no letter or digit, so nothing can match it")]
    NoWord(String),
    /// Too long.
    #[error("the query is too long; give at most {MAX_CLAUSES} conditions in {MAX_BYTES} bytes")]
    TooLong,
}

/// A filter's name and what makes a condition of its value.
type Filter = (&'static str, Build);

/// What makes a condition of a value.
#[derive(Clone, Copy)]
enum Build {
    Plain(fn(&str) -> Result<Condition, QueryFault>),
    /// Of a name, or of those that are like it.
    Name(Option<EntityType>),
}

/// A value as it was written.
struct Value {
    text: String,
    /// A `~` stands behind it.
    like: bool,
}

/// Every filter there is.
const FILTERS: &[Filter] = &[
    ("about-date", Build::Plain(|value| date(value).map(Condition::About))),
    ("entity", Build::Name(None)),
    ("person", Build::Name(Some(EntityType::Person))),
    ("org", Build::Name(Some(EntityType::Organisation))),
    ("place", Build::Name(Some(EntityType::Place))),
    ("misc", Build::Name(Some(EntityType::Misc))),
    ("source", Build::Plain(|value| Ok(Condition::Source(SubjectToken::new(value).as_str().to_owned())))),
    ("lang", Build::Plain(|value| Ok(Condition::Language(value.to_ascii_lowercase())))),
    ("since", Build::Plain(|value| date(value).map(|period| Condition::Since(period.begin)))),
    ("until", Build::Plain(|value| date(value).map(|period| Condition::Until(period.end)))),
];

/// Other names of filters.
const ALIASES: &[(&str, &str)] =
    &[("organisation", "org"), ("organization", "org"), ("language", "lang"), ("about", "about-date")];

pub(super) fn query(text: &str) -> Result<Query, QueryError> {
    let characters: Vec<char> = text.chars().collect();
    let whole = 0..characters.len();
    if text.len() > MAX_BYTES {
        return Err(QueryError { place: whole, fault: QueryFault::TooLong });
    }
    let mut reader = Reader { characters: &characters, at: 0 };
    let mut clauses = Vec::new();
    while reader.skip_space() {
        clauses.push(reader.clause()?);
        if clauses.len() > MAX_CLAUSES {
            return Err(QueryError { place: whole, fault: QueryFault::TooLong });
        }
    }
    Ok(Query { clauses })
}

struct Reader<'a> {
    characters: &'a [char],
    at: usize,
}

impl Reader<'_> {
    /// Goes to the next clause; false at the end.
    fn skip_space(&mut self) -> bool {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        self.peek().is_some()
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn clause(&mut self) -> Result<Clause, QueryError> {
        let start = self.at;
        let followed = self.characters.get(start + 1).is_some_and(|c| !c.is_whitespace());
        let negated = self.peek() == Some('-') && followed;
        self.at += usize::from(negated);
        let condition = if let Some(name) = self.filter_name() {
            self.filter(&name)?
        } else {
            let value = self.value()?;
            words(&value).map_err(|fault| QueryError { place: start..self.at, fault })?
        };
        Ok(Clause { negated, condition })
    }

    /// Lower-case letters and dashes up to a colon; a URL's scheme is none.
    fn filter_name(&self) -> Option<String> {
        let rest = &self.characters[self.at..];
        let length = rest.iter().position(|c| !(c.is_ascii_lowercase() || *c == '-'))?;
        let is_name = length > 0 && rest[length] == ':' && rest.get(length + 1) != Some(&'/');
        is_name.then(|| rest[..length].iter().collect())
    }

    fn filter(&mut self, name: &str) -> Result<Condition, QueryError> {
        let start = self.at;
        self.at += name.len() + 1;
        let (key, build) =
            find_filter(name).map_err(|fault| QueryError { place: start..start + name.len(), fault })?;
        let value_start = self.at;
        let Value { text, like } = self.value()?;
        let text = text.trim();
        if text.is_empty() {
            return Err(QueryError { place: start..self.at, fault: QueryFault::NoValue(key) });
        }
        let condition = match build {
            Build::Name(kind) => findable(text).map(|name| Condition::Entity { kind, name, like }),
            Build::Plain(_) if like => Err(QueryFault::NotAlike(key)),
            Build::Plain(build) => build(text),
        };
        condition.map_err(|fault| QueryError { place: value_start..self.at, fault })
    }

    /// A quoted text, or everything up to the next space; a `~` right behind it is told
    /// from what it stands behind.
    fn value(&mut self) -> Result<Value, QueryError> {
        let start = self.at;
        let Some(close) = self.peek().and_then(closing_quote) else {
            while self.peek().is_some_and(|c| !c.is_whitespace()) {
                self.at += 1;
            }
            let text: String = self.characters[start..self.at].iter().collect();
            let alike = text.strip_suffix('~').filter(|text| !text.is_empty()).map(str::to_owned);
            return Ok(Value { like: alike.is_some(), text: alike.unwrap_or(text) });
        };
        let Some(length) = self.characters[start + 1..].iter().position(|c| close.contains(c)) else {
            return Err(QueryError { place: start..start + 1, fault: QueryFault::OpenQuote });
        };
        self.at = start + length + 2;
        let like = self.peek() == Some('~');
        self.at += usize::from(like);
        Ok(Value { text: self.characters[start + 1..=start + length].iter().collect(), like })
    }
}

/// What closes a quotation, straight or as word processors write it.
fn closing_quote(open: char) -> Option<&'static [char]> {
    match open {
        '"' => Some(&['"']),
        '“' | '„' => Some(&['”', '“', '"']),
        '«' => Some(&['»']),
        _ => None,
    }
}

fn find_filter(name: &str) -> Result<Filter, QueryFault> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, key)| key);
    FILTERS.iter().find(|(key, _)| *key == name).copied().ok_or_else(|| QueryFault::UnknownFilter {
        found: name.to_owned(),
        nearest: FILTERS
            .iter()
            .map(|(key, _)| *key)
            .min_by_key(|key| distance(key, name))
            .unwrap_or("entity"),
    })
}

/// Edit distance (Levenshtein 1966) of two short ASCII names.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

fn words(value: &Value) -> Result<Condition, QueryFault> {
    findable(&value.text).map(if value.like { Condition::Like } else { Condition::Words })
}

fn findable(value: &str) -> Result<String, QueryFault> {
    if value.chars().any(char::is_alphanumeric) {
        Ok(value.replace('\0', " "))
    } else {
        Err(QueryFault::NoWord(value.to_owned()))
    }
}

fn date(value: &str) -> Result<Period, QueryFault> {
    Period::parse(value).ok_or_else(|| QueryFault::Date(value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each clause in a short form, `!` for the negated.
    fn shown(clause: &Clause) -> String {
        let condition = match &clause.condition {
            Condition::Words(words) => format!("\"{words}\""),
            Condition::Like(words) => format!("~{words}"),
            Condition::Entity { kind, name, like } => {
                let sign = if *like { "~" } else { "=" };
                format!("{}{sign}{name}", kind.map_or("entity", dateline_model::EntityType::as_str))
            }
            Condition::Source(source) => format!("source={source}"),
            Condition::Language(language) => format!("lang={language}"),
            Condition::Since(at) => format!(">={at}"),
            Condition::Until(at) => format!("<{at}"),
            Condition::About(period) => format!("{}..{}", period.begin, period.end),
        };
        format!("{}{condition}", if clause.negated { "!" } else { "" })
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let query = Query::parse(text).unwrap();
        assert_eq!(query.clauses.iter().map(shown).collect::<Vec<_>>(), expected, "{text}");
    }

    #[track_caller]
    fn refused(text: &str, place: Range<usize>, says: &str) {
        let error = Query::parse(text).unwrap_err();
        assert_eq!(error.place, place, "{text}: {error}");
        assert!(error.to_string().contains(says), "{text}: {error}");
    }

    #[test]
    fn words_phrases_and_negation() {
        check("", &[]);
        check("  gaza   ceasefire ", &["\"gaza\"", "\"ceasefire\""]);
        check("\"prime minister\"", &["\"prime minister\""]);
        check("“prime minister” «chef d'État»", &["\"prime minister\"", "\"chef d'État\""]);
        check("-football -\"world cup\"", &["!\"football\"", "!\"world cup\""]);
        check("F-16 U.S. 12:30", &["\"F-16\"", "\"U.S.\"", "\"12:30\""]);
        check("https://example.org/a", &["\"https://example.org/a\""]);
        check("\"entity:NATO\"", &["\"entity:NATO\""]);
        check("Gaza:ceasefire", &["\"Gaza:ceasefire\""]);
    }

    #[test]
    fn filters() {
        check("entity:NATO", &["entity=NATO"]);
        check("-person:\"Joe Biden\"", &["!person=Joe Biden"]);
        check("org:UN organisation:UN", &["organisation=UN", "organisation=UN"]);
        check("source:\"BBC World\" lang:EN", &["source=bbc-world", "lang=en"]);
        check("since:2023-11 until:2023-11-07", &[">=2023-11-01T00:00:00Z", "<2023-11-08T00:00:00Z"]);
        check("about-date:2023-11-03", &["2023-11-03T00:00:00Z..2023-11-04T00:00:00Z"]);
        check("about-date:2023-11-01..2023-11-03", &["2023-11-01T00:00:00Z..2023-11-04T00:00:00Z"]);
    }

    #[test]
    fn a_tilde_asks_for_what_is_alike() {
        check("quake~ -\"prime ministr\"~", &["~quake", "!~prime ministr"]);
        check("entity:netanyaho~ person:\"Jo Bidne\"~", &["entity~netanyaho", "person~Jo Bidne"]);
        check("entity:\"x~\" \"a~\" ~5 a~b", &["entity=x~", "\"a~\"", "\"~5\"", "\"a~b\""]);
        refused("source:wire~", 7..12, "takes no `~`");
        refused("x since:\"2023\"~", 8..15, "takes no `~`");
        refused("~", 0..1, "no letter or digit");
        refused("entity:~", 7..8, "no letter or digit");
        refused("\"\"~", 0..3, "no letter or digit");
    }

    #[test]
    fn faults_have_a_place() {
        refused("gaza \"cease fire", 5..6, "never closed");
        refused("x sorce:wire", 2..7, "did you mean `source:`");
        refused("untill:2023", 0..6, "`until:`");
        refused("entity: NATO", 0..7, "needs a value");
        refused("entity:\"\"", 0..9, "needs a value");
        refused("é since:yesterday", 8..17, "is no date");
        refused("a - b", 2..3, "no letter or digit");
        refused("ok !!!", 3..6, "no letter or digit");
        refused("person:--", 7..9, "no letter or digit");
        refused(&"a ".repeat(65), 0..130, "too long");
        refused(&"a".repeat(9_000), 0..9_000, "too long");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_at_a_place_within_it(text in "\\PC{0,60}") {
            if let Err(error) = Query::parse(&text) {
                prop_assert!(error.place.start <= error.place.end);
                prop_assert!(error.place.end <= text.chars().count());
            }
        }
    }
}
