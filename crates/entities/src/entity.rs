//! What the tagger gives: entities with their mentions, and why.

use std::fmt;

/// The type of an entity, after the CoNLL-2003 guidelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// A person or family, without title.
    Person,
    /// A company, body, party, army, club or armed group.
    Organisation,
    /// A country, city, region, building, sea, street.
    Place,
    /// Nationalities, languages, events, works, prizes, treaties, products.
    Misc,
}

impl EntityKind {
    /// All kinds, in the order of their label rows in the model.
    pub const ALL: [Self; 4] = [Self::Person, Self::Organisation, Self::Place, Self::Misc];

    /// Lower-case name, as written in a record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Place => "place",
            Self::Misc => "misc",
        }
    }
}

/// The entities of one article, the most salient first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entities {
    /// One item per distinct entity.
    pub items: Vec<Entity>,
}

/// One thing in the world that the article names, with everywhere it does.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Its type.
    pub kind: EntityKind,
    /// Canonical name when linked, else the fullest form in the article.
    pub name: String,
    /// Wikipedia article or GeoNames feature; `None` when unsure.
    pub uri: Option<String>,
    /// ISO 3166-1 alpha-2 code of the country it is or lies in.
    pub country: Option<String>,
    /// Latitude and longitude in degrees, of a linked place.
    pub geo: Option<(f64, f64)>,
    /// Title or office that the article gives a person.
    pub role: Option<String>,
    /// Probability that span and type are right, calibrated, 0 to 1.
    pub confidence: f32,
    /// How much the article is about it, 0 to 1.
    pub salience: f32,
    /// Where it is named, in reading order; never empty, never overlapping.
    pub mentions: Vec<Mention>,
    /// Why it has this id, or has none.
    pub reason: LinkReason,
}

/// One stretch of text that names an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    /// Index into the fields of the article.
    pub field: usize,
    /// First byte in the field's text.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// Why it was marked.
    pub reason: SpanReason,
}

/// Why a stretch of text was marked as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanReason {
    /// The sequence model read it so.
    Model,
    /// The transformer of the accurate mode read it so.
    Transformer,
    /// It stands in the gazetteer and nothing else spoke.
    Gazetteer,
    /// A name seen elsewhere in the article explains it.
    Repeated,
    /// An acronym that the article introduced in brackets.
    Acronym,
}

/// Why an entity has its id, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkReason {
    /// The gazetteer knows nothing of this name.
    Unknown,
    /// Only one gazetteer item has this name and type.
    OnlyCandidate,
    /// The best known of several items of this name.
    Prior,
    /// Chosen by what else the article names.
    Context,
    /// Several items fit and none clearly best: no id given.
    Ambiguous,
}

impl fmt::Display for SpanReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Model => "the sequence model read it as a name",
            Self::Transformer => "the transformer read it as a name",
            Self::Gazetteer => "it stands in the gazetteer",
            Self::Repeated => "a name elsewhere in the article explains it",
            Self::Acronym => "the article introduced this acronym",
        })
    }
}

impl fmt::Display for LinkReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Unknown => "no gazetteer item has this name and type",
            Self::OnlyCandidate => "the only gazetteer item of this name and type",
            Self::Prior => "the best known gazetteer item of this name",
            Self::Context => "chosen among several by the other names of the article",
            Self::Ambiguous => "several gazetteer items fit and none clearly best",
        })
    }
}
