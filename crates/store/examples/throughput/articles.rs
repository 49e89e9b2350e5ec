//! Articles as real ones are distributed: few words and names are frequent,
//! most are rare (Zipf's law).

use dateline_model::{
    ArticleId, Entity, EntityType, Extension, NewsRecord, Precision, Published, Rendition, Source,
    SourceKind, Timex, TimexType, ZoneKnowledge,
};
use dateline_testkit::{body_span, plain_entity, plain_record};
use jiff::Timestamp;

const DATES: usize = 4;
const VOCABULARY: u64 = 60_000;
const NAMES: u64 = 50_000;

/// How large the articles are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) words: usize,
    pub(crate) entities: usize,
}

impl Default for Shape {
    /// 3 KB of text, as news has on average.
    fn default() -> Self {
        Self { words: 620, entities: 25 }
    }
}

/// Ever the same articles, one after another.
pub(crate) struct Corpus {
    state: u64,
    number: u64,
    shape: Shape,
}

impl Corpus {
    pub(crate) fn new(shape: Shape) -> Self {
        Self { state: 0x9e37_79b9_7f4a_7c15, number: 0, shape }
    }

    /// Xorshift (Marsaglia 2003).
    fn random(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    /// A rank from 0, the first ones often.
    fn zipf(&mut self, ranks: u64) -> u64 {
        #[expect(clippy::cast_precision_loss, reason = "a random number, no count")]
        let uniform = (self.random() >> 11) as f64 / (1_u64 << 53) as f64;
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "ranks are small and positive"
        )]
        let rank = ((ranks as f64).powf(uniform) - 1.0) as u64;
        rank.min(ranks - 1)
    }

    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| format!("w{}", self.zipf(VOCABULARY))).collect::<Vec<_>>().join(" ")
    }

    fn timestamp(&mut self) -> Timestamp {
        let seconds = self.random() % (365 * 86_400);
        Timestamp::from_second(1_672_531_200 + seconds.cast_signed()).unwrap()
    }

    fn entity(&mut self, number: usize) -> Entity {
        let name = self.zipf(NAMES);
        let kinds = [EntityType::Person, EntityType::Organisation, EntityType::Place];
        let name_text = format!("Name{name} Family{name}");
        let mentions = (0..2).map(|at| body_span(&name_text, at * 100)).collect();
        let kind = kinds[usize::try_from(name % 3).unwrap()];
        let uri = name.is_multiple_of(2).then(|| format!("urn:example:entity:{name}").into());
        Entity { uri, ..plain_entity(number, kind, &name_text, mentions) }
    }

    fn timex(&mut self, number: usize) -> Timex {
        let begin = self.timestamp();
        let value = begin.strftime("%F").to_string();
        Timex {
            id: format!("t{number}").into(),
            kind: TimexType::Date,
            begin: Some(begin),
            end: Some(begin + jiff::SignedDuration::from_hours(24)),
            modifier: None,
            anchor: Some("2023-11-07".into()),
            rule: "example".into(),
            span: body_span(&value, 50),
            value: value.into(),
        }
    }

    /// What was found in an article.
    fn found(&mut self, extension: &mut Extension) {
        let published = self.timestamp().strftime("%F").to_string();
        extension.source = Source::new(&format!("source {}", self.zipf(200)), SourceKind::Feed);
        extension.published = Some(Published {
            precision: Precision::Day,
            zone: ZoneKnowledge::None,
            from: "feed-item".into(),
            raw: published.clone(),
            value: published,
            confidence: 0.9,
            conflicts: Vec::new(),
        });
        extension.timex = (0..DATES).map(|number| self.timex(number)).collect();
        extension.entities = (0..self.shape.entities).map(|number| self.entity(number)).collect();
    }
}

impl Iterator for Corpus {
    type Item = NewsRecord;

    fn next(&mut self) -> Option<NewsRecord> {
        self.number += 1;
        let (text, headline) = (self.text(self.shape.words), self.text(9));
        let url = format!("https://example.org/news/{}", self.number);
        let at = Timestamp::from_second(1_704_067_200 + self.number.cast_signed()).unwrap();
        let mut record = plain_record(ArticleId::from_url(&url), Some(&headline), &text, at);
        self.found(&mut record.dateline);
        record.renditions =
            vec![Rendition { name: "web".into(), href: url, content_type: "text/html".into() }];
        Some(record)
    }
}
