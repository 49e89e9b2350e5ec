//! The work on one article: from what was read to what a database can use.

use crate::gazetteers::{LiveTagger, Refresh};
use crate::step_times::Laps;
use crate::{EnricherConfig, EnricherError, SetupError, Step, StepTimes, address, steps};
use dateline_model::{
    ARTICLE_SCHEMA, AltId, Body, Extension, Headline, InfoSource, NewsRecord, Provenance, RECORD_SCHEMA,
    RawArticle, Rendition, SmolStr, Stage, Standard,
};
use dateline_text::{CodePoints, Document};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Field name of the headline in spans.
pub(crate) const HEADLINE: &str = "headlines/0";
/// Field name of the body in spans.
pub(crate) const BODY: &str = "bodies/0";

/// The models and settings that enrichment needs, loaded once and shared.
#[derive(Debug)]
pub struct Enrichment {
    tagger: LiveTagger,
    default_zone: Option<TimeZone>,
    max_text: u64,
}

/// The text fields of an article, tokenised once for all steps.
pub(crate) struct Fields<'a> {
    pub(crate) headline: Option<TextField<'a>>,
    pub(crate) body: TextField<'a>,
}

/// One field with its tokens and its code-point index.
pub(crate) struct TextField<'a> {
    pub(crate) name: &'static str,
    pub(crate) document: Document<'a>,
    pub(crate) code_points: CodePoints<'a>,
}

impl<'a> TextField<'a> {
    fn new(name: &'static str, text: &'a str) -> Self {
        Self { name, document: Document::new(text), code_points: CodePoints::new(text) }
    }

    /// The span of a byte range of this field.
    pub(crate) fn span(&self, start: usize, end: usize) -> dateline_model::Span {
        dateline_model::Span {
            field: SmolStr::new_static(self.name),
            start: self.code_points.at(start),
            end: self.code_points.at(end),
            text: self.document.text()[start..end].into(),
        }
    }
}

impl Fields<'_> {
    /// Headline first, then body.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &TextField<'_>> {
        self.headline.iter().chain(std::iter::once(&self.body))
    }
}

impl Enrichment {
    /// Loads the models.
    ///
    /// # Errors
    /// When a model cannot be read or the configured zone does not exist.
    pub fn new(config: &EnricherConfig) -> Result<Self, SetupError> {
        let default_zone = config
            .default_zone
            .as_deref()
            .map(|zone| {
                TimeZone::get(zone).map_err(|source| SetupError::Zone { zone: zone.to_owned(), source })
            })
            .transpose()?;
        Ok(Self { tagger: LiveTagger::new(config)?, default_zone, max_text: config.max_text.0 })
    }

    /// Name and version of the models, as in a record's provenance.
    #[must_use]
    pub fn model_version(&self) -> String {
        self.tagger.get().version().to_owned()
    }

    /// Looks at the operator's gazetteers and takes in what has changed. Reads
    /// files, so it belongs on a thread that may block.
    #[must_use]
    pub fn refresh_gazetteers(&self) -> Refresh {
        self.tagger.refresh()
    }

    /// Why the first mention of each entity of `record` is what it is, in their
    /// order; `None` where the tagger of today no longer finds it.
    #[must_use]
    pub fn explain_entities(&self, record: &NewsRecord) -> Vec<Option<dateline_entities::Explanation>> {
        let body = record.bodies.first().map_or("", |body| body.value.as_str());
        let fields = Fields {
            headline: record.headline().map(|title| TextField::new(HEADLINE, title)),
            body: TextField::new(BODY, body),
        };
        steps::explained::explain(&self.tagger.get(), record, &fields)
    }

    /// Enriches one article. `now` goes into provenance only: dates are
    /// resolved against the article's own publication date, never against it.
    ///
    /// # Errors
    /// When the article is of a newer schema or larger than configured.
    pub fn enrich(&self, raw: RawArticle, now: Timestamp) -> Result<NewsRecord, EnricherError> {
        self.enrich_timed(raw, now, &mut StepTimes::default())
    }

    /// Like [`Enrichment::enrich`], and adds to `times` what each step took.
    ///
    /// # Errors
    /// As [`Enrichment::enrich`].
    pub fn enrich_timed(
        &self,
        raw: RawArticle,
        now: Timestamp,
        times: &mut StepTimes,
    ) -> Result<NewsRecord, EnricherError> {
        self.check(&raw)?;
        let before = times.total();
        let mut laps = Laps::start(times);
        let article = &raw.article;
        let language = steps::language::identify(article);
        laps.end(Step::Language);
        let fields = Fields {
            headline: article.title.as_deref().map(|title| TextField::new(HEADLINE, title)),
            body: TextField::new(BODY, &article.text),
        };
        laps.end(Step::Tokens);
        let dates = steps::dates::find(&raw, &fields, &language, self.default_zone.as_ref());
        laps.end(Step::Dates);
        let tagger = self.tagger.get();
        let entities = steps::entities::find(&tagger, article, &fields, &language);
        laps.end(Step::Entities);
        let measures = steps::readability::measure(&fields.body.document);
        let char_count = u64::from(fields.body.code_points.at(article.text.len()));
        laps.end(Step::Measures);
        let mut warnings = article.warnings.clone();
        warnings.extend(dates.warnings);
        let extension = Extension {
            schema: RECORD_SCHEMA,
            content_hash: raw.content_hash,
            ingested_at: raw.ingested_at,
            source: raw.source.clone(),
            published: dates.published,
            timex: dates.timex,
            entities,
            language: language.clone(),
            readability: measures,
            provenance: vec![Provenance {
                stage: Stage::Enricher,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                model: Some(tagger.version().to_owned()),
                at: now,
                ms: laps.so_far().saturating_sub(before).as_secs_f64() * 1000.0,
                replay_of: None,
            }],
            trace_parent: None,
            warnings,
        };
        let words = measures.map_or(0, |measures| u64::from(measures.words));
        let content_created = dates.instant;
        drop(fields);
        let record =
            record(raw, extension, language, Counts { characters: char_count, words }, content_created);
        laps.end(Step::Record);
        Ok(record)
    }

    fn check(&self, raw: &RawArticle) -> Result<(), EnricherError> {
        if raw.schema > ARTICLE_SCHEMA {
            return Err(EnricherError::NewerSchema { found: raw.schema, supported: ARTICLE_SCHEMA });
        }
        if raw.article.text.len() as u64 > self.max_text {
            return Err(EnricherError::TooLarge { bytes: raw.article.text.len(), limit: self.max_text });
        }
        Ok(())
    }
}

/// Sizes of the body.
#[derive(Clone, Copy)]
struct Counts {
    characters: u64,
    words: u64,
}

/// Puts the parts into their places of the standard.
fn record(
    raw: RawArticle,
    extension: Extension,
    language: String,
    counts: Counts,
    content_created: Option<Timestamp>,
) -> NewsRecord {
    let named = steps::entities::named(&extension.entities);
    let article = raw.article;
    let (alt_ids, renditions) = (alt_ids(&article), renditions(&article));
    let info_sources = info_sources(&article);
    NewsRecord {
        uri: raw.article_id.uri(),
        standard: Standard::ninjs(),
        kind: "text".to_owned(),
        version: raw.content_hash.to_string(),
        first_created: raw.ingested_at,
        version_created: raw.ingested_at,
        content_created,
        pub_status: "usable".to_owned(),
        language,
        headlines: article.title.map(|title| plain("main", title)).into_iter().collect(),
        descriptions: article.summary.map(|summary| plain("summary", summary)).into_iter().collect(),
        bodies: vec![Body {
            content_type: "text/plain".to_owned(),
            char_count: counts.characters,
            word_count: counts.words,
            value: article.text,
        }],
        by: article.byline,
        located: article.located,
        people: named.people,
        organisations: named.organisations,
        places: named.places,
        subjects: named.subjects,
        info_sources,
        alt_ids,
        renditions,
        dateline: extension,
    }
}

fn plain(role: &str, value: String) -> Headline {
    Headline { role: Some(role.to_owned()), content_type: "text/plain".to_owned(), value }
}

fn alt_ids(article: &dateline_model::Article) -> Vec<AltId> {
    [("input-id", &article.input_id), ("guid", &article.guid), ("url", &article.url)]
        .into_iter()
        .filter_map(|(role, value)| value.clone().map(|value| AltId { role: role.to_owned(), value }))
        .collect()
}

fn renditions(article: &dateline_model::Article) -> Vec<Rendition> {
    let href = article.url.as_deref().and_then(address::as_uri);
    let web = |href| Rendition { name: "web".to_owned(), href, content_type: "text/html".to_owned() };
    href.into_iter().map(web).collect()
}

fn info_sources(article: &dateline_model::Article) -> Vec<InfoSource> {
    [("publisher", &article.source_title), ("agency", &article.agency)]
        .into_iter()
        .filter_map(|(role, name)| name.clone().map(|name| InfoSource { name, role: role.to_owned() }))
        .collect()
}
