//! JSON in: one article, an array of them, or an object with a list of them,
//! each in the simple form or as a ninjs item.

mod field;
mod ninjs;
pub(crate) mod node;
pub(crate) mod parse;
mod simple;

use crate::charset::{Decoded, decode};
use crate::error::{ExtractError, Fault, Place};
use crate::input::Input;
use crate::limits::Limits;
use crate::{claims, lead};
use dateline_model::{Article, Origin};
use node::{Node, Value};

/// Keys under which exports keep their list of articles.
const LIST_KEYS: [&str; 4] = ["items", "articles", "docs", "results"];

/// Reads a document.
pub(crate) fn read(input: &Input<'_>, limits: &Limits) -> Result<Vec<Result<Article, ExtractError>>, Fault> {
    let decoded = decode(input.bytes, input.content_type)?;
    let document = Document { path: input.path, decoded: &decoded, limits, first_line: 0 };
    Ok(document.articles(0))
}

/// One JSON text and where it came from.
pub(crate) struct Document<'a> {
    pub(crate) path: &'a str,
    pub(crate) decoded: &'a Decoded<'a>,
    pub(crate) limits: &'a Limits,
    /// Lines of the input before this text (JSON lines).
    pub(crate) first_line: usize,
}

impl Document<'_> {
    /// Every article in document order, then the fault that broke it off.
    /// `index` is the position of the first one.
    pub(crate) fn articles(&self, index: u64) -> Vec<Result<Article, ExtractError>> {
        let parsed = parse::parse(&self.decoded.text, self.limits.max_json_depth);
        let mut articles = Vec::new();
        let mut position = index;
        for node in parsed.root.as_ref().map(candidates).unwrap_or_default() {
            if !node.whole {
                break;
            }
            if articles.len() == self.limits.max_articles {
                let limit = self.limits.max_articles;
                articles.push(Err(self.error(position, node, Fault::TooManyArticles { limit })));
                return articles;
            }
            articles.push(self.article(node, position, parsed.mended));
            position += 1;
        }
        if let Some((offset, fault)) = parsed.fault {
            articles.push(Err(self.broken_off(position, offset, fault)));
        }
        articles
    }

    /// Reads one node as an article.
    fn article(&self, node: &Node<'_>, index: u64, mended: bool) -> Result<Article, ExtractError> {
        if !node.is_object() {
            return Err(self.error(index, node, Fault::NotAnArticle { found: node.kind() }));
        }
        let read = if ninjs::is_item(node) { ninjs::read(node) } else { simple::read(node) };
        let mut article = read.map_err(|(at, fault)| ExtractError {
            place: Some(self.place(at)),
            ..self.error(index, node, fault)
        })?;
        article.origin = Origin { path: self.path.to_owned(), index };
        article.warnings.extend(self.decoded.warning.clone());
        if mended {
            article.warnings.push("JSON strings held lone surrogates or raw control characters".to_owned());
        }
        if let Some(key) = node.repeated_key() {
            article.warnings.push(format!("key `{key}` stands twice, the last one was taken"));
        }
        check_size(&article, self.limits).map_err(|fault| self.error(index, node, fault))?;
        complete(&mut article);
        Ok(article)
    }

    fn error(&self, index: u64, node: &Node<'_>, fault: Fault) -> ExtractError {
        ExtractError {
            origin: Origin { path: self.path.to_owned(), index },
            place: Some(self.place(node.start)),
            bytes: self.decoded.offset.map(|offset| offset + node.start..offset + node.end),
            fault: Box::new(fault),
        }
    }

    fn broken_off(&self, index: u64, offset: usize, fault: Fault) -> ExtractError {
        ExtractError {
            origin: Origin { path: self.path.to_owned(), index },
            place: Some(self.place(offset)),
            bytes: self.decoded.offset.map(|start| start..start + self.decoded.text.len()),
            fault: Box::new(fault),
        }
    }

    fn place(&self, offset: usize) -> Place {
        let place = Place::of(&self.decoded.text, offset);
        Place { line: place.line + self.first_line, ..place }
    }
}

/// The nodes that should each be an article.
fn candidates<'n, 'a>(root: &'n Node<'a>) -> Vec<&'n Node<'a>> {
    if let Value::Array(elements) = &root.value {
        return elements.iter().collect();
    }
    // An article that has a list of its own under such a key stays an article.
    let is_article = ["text", "title", "bodies", "headlines"].iter().any(|key| root.get(key).is_some());
    let list = LIST_KEYS.iter().find_map(|key| root.get(key)?.elements());
    match list {
        Some(elements) if !is_article => elements.iter().collect(),
        _ => vec![root],
    }
}

/// Refuses an article past its limit, or with nothing in it.
pub(crate) fn check_size(article: &Article, limits: &Limits) -> Result<(), Fault> {
    check_bytes(article, limits)?;
    let no_title = article.title.as_deref().is_none_or(|title| title.trim().is_empty());
    if no_title && article.text.trim().is_empty() { Err(Fault::Empty) } else { Ok(()) }
}

/// Refuses an article past its limit.
pub(crate) fn check_bytes(article: &Article, limits: &Limits) -> Result<(), Fault> {
    let parts = [article.title.as_deref(), article.summary.as_deref(), Some(article.text.as_str())];
    let bytes = parts.iter().flatten().map(|part| part.len()).sum();
    if bytes > limits.max_article_bytes {
        return Err(Fault::ArticleTooLarge { bytes, limit: limits.max_article_bytes });
    }
    Ok(())
}

/// Adds what the text and the address tell and the fields did not.
fn complete(article: &mut Article) {
    let lead = lead::read(&article.text);
    article.claims.extend(lead.claims);
    article.byline = article.byline.take().or(lead.byline);
    article.located = article.located.take().or(lead.located);
    article.agency = article.agency.take().or(lead.agency);
    article.claims.extend(article.url.as_deref().and_then(claims::of_url));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Format;

    fn all(json: &str) -> Vec<Result<Article, ExtractError>> {
        crate::extract(&Input::new("in.json", json.as_bytes()).with_format(Format::Json), &Limits::default())
    }

    fn one(json: &str) -> Article {
        all(json).swap_remove(0).unwrap_or_else(|error| panic!("{json}: {error}"))
    }

    /// The message of the only error.
    fn fails(json: &str, message: &str) {
        let errors: Vec<_> = all(json).into_iter().filter_map(Result::err).collect();
        assert_eq!(errors.len(), 1, "{json}");
        assert_eq!(errors[0].to_string(), format!("in.json:{message}"), "{json}");
    }

    #[test]
    fn the_simple_form() {
        let article = one(
            r#"{"id":"7","url":"https://e.org/a","title":" A\n b ","text":" x \n","published":"2023-11-07",
            "updated":"2023-11-08","byline":["Ann","Bob"],"language":"en","source":{"name":"Wire"},"summary":"s","other":[1]}"#,
        );
        assert_eq!(article.input_id.as_deref(), Some("7"));
        assert_eq!(article.url.as_deref(), Some("https://e.org/a"));
        assert_eq!(article.title.as_deref(), Some("A b"));
        assert_eq!(article.text, " x \n");
        assert_eq!(article.byline.as_deref(), Some("Ann, Bob"));
        assert_eq!(article.source_title.as_deref(), Some("Wire"));
        assert_eq!(article.claims.len(), 2);
        assert!(article.warnings.is_empty());
    }

    #[test]
    fn numbers_nulls_and_blanks() {
        assert_eq!(one(r#"{"id":7,"text":"x"}"#).input_id.as_deref(), Some("7"));
        assert_eq!(one(r#"{"published":1699315200,"text":"x"}"#).claims[0].raw, "1699315200");
        assert_eq!(one(r#"{"id":null,"title":null,"text":"x"}"#).title, None);
        assert_eq!(one(r#"{"title":" ","text":"x"}"#).title, None);
        assert_eq!(one(r#"{"title":"t"}"#).text, "");
    }

    #[test]
    fn lists_of_articles() {
        assert_eq!(all(r#"[{"text":"a"},{"text":"b"}]"#).len(), 2);
        assert_eq!(all(r#"{"items":[{"text":"a"},{"text":"b"}]}"#).len(), 2);
        assert_eq!(all(r#"{"meta":{},"articles":[{"text":"a"}]}"#).len(), 1);
        assert_eq!(one(r#"{"text":"a","items":[1]}"#).text, "a");
        let both = all(r#"[{"text":"a"},{"text":"b"}]"#);
        let origins: Vec<_> = both.into_iter().map(|one| one.unwrap().origin.index).collect();
        assert_eq!(origins, [0, 1]);
    }

    #[test]
    fn the_opening_of_the_text_is_read_and_kept() {
        let article = one(r#"{"text":"KYIV, Nov 3 (AP) - Talks.","located":"Lviv"}"#);
        assert_eq!((article.located.as_deref(), article.agency.as_deref()), (Some("Lviv"), Some("AP")));
        assert_eq!(article.text, "KYIV, Nov 3 (AP) - Talks.");
        assert_eq!(article.claims[0].raw, "Nov 3");
    }

    #[test]
    fn faults_say_where_and_what() {
        fails(
            "{\n \"text\": 5}",
            "2:10: `text` must be a string, found a number; correct it or leave it out",
        );
        fails(
            r#"{"text":"a","id":{}}"#,
            "1:18: `id` must be a string or a number, found an object; correct it or leave it out",
        );
        fails(
            r#"{"text":"a","byline":["b",1]}"#,
            "1:27: `byline` must be a string or an array of strings, found a number; correct it or leave it out",
        );
        fails(
            "[1]",
            "1:2: an article must be a JSON object, found a number; see the forms in the documentation of `enrich`",
        );
        fails("{}", "1:1: the article has neither a title nor text; send at least one of them");
        fails(
            r#"{"text":" \n"}"#,
            "1:1: the article has neither a title nor text; send at least one of them",
        );
        fails(
            r#"{"text":"a""#,
            "1:12: not valid JSON: expected a comma or }, found the end of the input; mend the document at this place and send it again",
        );
    }

    #[test]
    fn a_truncated_list_keeps_its_sound_articles() {
        let read = all(r#"[{"text":"a"},{"text":"b"},{"text":"#);
        assert_eq!(read.iter().filter(|one| one.is_ok()).count(), 2);
        assert_eq!(read.len(), 3);
        let read = all(r#"{"items":[{"text":"a"},{"te"#);
        assert_eq!(read.iter().filter(|one| one.is_ok()).count(), 1);
    }

    #[test]
    fn errors_name_the_bytes_of_their_article() {
        let json = "\u{feff}[{\"text\":1},{\"text\":\"b\"}]";
        let error = all(json).swap_remove(0).unwrap_err();
        assert_eq!(&json[error.bytes.unwrap()], "{\"text\":1}");
    }

    #[test]
    fn doubtful_json_is_taken_with_a_warning() {
        assert_eq!(one("{\"text\":\"a\nb\"}").warnings.len(), 1);
        assert_eq!(one(r#"{"text":"\ud800"}"#).text, "\u{fffd}");
        let twice = one(r#"{"text":"a","text":"b"}"#);
        assert_eq!((twice.text.as_str(), twice.warnings.len()), ("b", 1));
    }

    #[test]
    fn limits_are_kept() {
        let limits = Limits { max_article_bytes: 4, max_articles: 2, ..Limits::default() };
        let read =
            |json: &str| crate::extract(&Input::new("-", json.as_bytes()).with_format(Format::Json), &limits);
        let long = read(r#"[{"text":"12345"},{"text":"1234"}]"#);
        assert!(matches!(
            *long[0].as_ref().unwrap_err().fault,
            Fault::ArticleTooLarge { bytes: 5, limit: 4 }
        ));
        assert!(long[1].is_ok());
        let many = read(r#"[{"text":"1"},{"text":"2"},{"text":"3"},{"text":"4"}]"#);
        assert_eq!(many.len(), 3);
        assert!(matches!(*many[2].as_ref().unwrap_err().fault, Fault::TooManyArticles { limit: 2 }));
    }

    #[test]
    fn ninjs_items() {
        let item = one(
            r#"{"uri":"https://e.org/a","type":"text","language":"en","by":"Ann","located":"Oslo",
            "headlines":[{"role":"print","value":"Short"},{"role":"main","value":"The headline"}],
            "descriptions":[{"value":"<b>Sum</b>","contentType":"text/html"}],
            "bodies":[{"contentType":"text/html","value":"<p>x</p>"},{"contentType":"text/plain","value":" plain\n"}],
            "firstCreated":"2023-11-06T00:00:00Z","versionCreated":"2023-11-08T00:00:00Z","contentCreated":"2023-11-07T00:00:00Z",
            "infoSources":[{"name":"Wire"}],"altIds":[{"role":"x","value":"1"},{"role":"input-id","value":"2"}]}"#,
        );
        assert_eq!(item.guid.as_deref(), Some("https://e.org/a"));
        assert_eq!(item.url, item.guid);
        assert_eq!(item.title.as_deref(), Some("The headline"));
        assert_eq!(item.text, " plain\n");
        assert_eq!(item.summary.as_deref(), Some("Sum"));
        assert_eq!(item.input_id.as_deref(), Some("2"));
        assert_eq!(item.source_title.as_deref(), Some("Wire"));
        let raw: Vec<_> = item.claims.iter().map(|claim| &claim.raw[..10]).collect();
        assert_eq!(raw, ["2023-11-07", "2023-11-06", "2023-11-08"]);
    }

    #[test]
    fn ninjs_with_markup_and_older_versions() {
        let item =
            one(r#"{"uri":"urn:x:1","bodies":[{"contentType":"text/html","value":"<p>a</p><p>b</p>"}]}"#);
        assert_eq!((item.text.as_str(), item.url, item.warnings.len()), ("a\n\nb", None, 1));
        let flat = one(
            r#"{"uri":"urn:x:1","headline":"T","body_text":"a","versioncreated":"2023-11-07T00:00:00Z"}"#,
        );
        assert_eq!((flat.title.as_deref(), flat.text.as_str(), flat.claims.len()), (Some("T"), "a", 2));
        fails(
            r#"{"uri":"urn:x:1","bodies":"a"}"#,
            "1:27: `bodies` must be an array of objects, found a string; correct it or leave it out",
        );
        fails(
            r#"{"uri":"urn:x:1","bodies":["a"]}"#,
            "1:28: `bodies` must be an array of objects, found a string; correct it or leave it out",
        );
    }
}
