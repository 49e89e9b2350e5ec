//! What the tagger is given: the fields of one article, already tokenised.

use dateline_text::Document;

/// One article to tag: its text fields in reading order and what is known
/// about it before reading.
#[derive(Debug, Clone, Copy)]
pub struct ArticleText<'a> {
    /// Headline and body fields, in reading order.
    pub fields: &'a [Field<'a>],
    /// BCP 47 language of the text, `"und"` when unknown. Text in a language
    /// other than English gets gazetteer matches only.
    pub language: &'a str,
    /// Place that the article is filed from, when its source says so; used to
    /// choose between places of one name.
    pub place_hint: Option<&'a str>,
}

/// One text field of an article.
#[derive(Debug, Clone, Copy)]
pub struct Field<'a> {
    /// What part of the article it is.
    pub kind: FieldKind,
    /// The tokenised text; mention offsets are bytes of its text.
    pub document: &'a Document<'a>,
}

/// The part of the article that a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// A headline: short, often without articles and verbs, often capitalised.
    Headline,
    /// Running text.
    Body,
}
