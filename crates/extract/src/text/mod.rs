//! Plain news text in: header line or block of fields, headline and body told
//! apart.

mod front_matter;
mod header;
mod headline;
pub(crate) mod lines;

use crate::charset::{Decoded, decode};
use crate::error::{ExtractError, Fault};
use crate::input::Input;
use crate::json::check_size;
use crate::limits::Limits;
use crate::{claims, lead};
use dateline_model::{Article, ClaimOrigin, DateClaim, Origin};
use std::ops::Range;

/// What a header line or a block of fields may add to an article's own bytes.
const MOST_HEADER_BYTES: usize = 16 << 10;

/// Reads a text file: one article, or several that each begin with a header line.
pub(crate) fn read(input: &Input<'_>, limits: &Limits) -> Result<Vec<Result<Article, ExtractError>>, Fault> {
    let decoded = decode(input.bytes, input.content_type)?;
    let pieces = pieces(&decoded.text);
    let mut articles = Vec::new();
    for (index, piece) in (0..).zip(pieces.iter().cloned()) {
        if articles.len() == limits.max_articles {
            let fault = Fault::TooManyArticles { limit: limits.max_articles };
            articles.push(Err(error(input, &decoded, index, piece, fault)));
            break;
        }
        // Hopeless pieces are not read first. A header takes little of the rest.
        if piece.len() > limits.max_article_bytes.saturating_add(MOST_HEADER_BYTES) {
            let fault = Fault::ArticleTooLarge { bytes: piece.len(), limit: limits.max_article_bytes };
            articles.push(Err(error(input, &decoded, index, piece, fault)));
            continue;
        }
        let mut article = read_piece(&decoded.text[piece.clone()]);
        article.origin = Origin { path: input.path.to_owned(), index };
        article.warnings.extend(decoded.warning.clone());
        if pieces.len() == 1 {
            article.claims.extend(claims::of_file_name(input.path));
        }
        let checked = check_size(&article, limits).map(|()| article);
        articles.push(checked.map_err(|fault| error(input, &decoded, index, piece, fault)));
    }
    Ok(articles)
}

/// The ranges of the articles. A file whose first line is a header line has an
/// article at every further one; any other file is one article.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut filled = lines::lines(text).filter(|line| !line.is_blank());
    let begins_with_header = filled.next().is_some_and(|line| header::read(line.text).is_some());
    let mut starts = vec![0];
    if begins_with_header {
        starts.extend(filled.filter(|line| header::read_keyed(line.text).is_some()).map(|line| line.start));
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

/// Reads one article. Its text is always a slice of the piece.
fn read_piece(piece: &str) -> Article {
    let start = piece.len() - piece.trim_start().len();
    if let Some(found) = front_matter::read(&piece[start..]) {
        return below_fields(found.article, &piece[start + found.body..]);
    }
    let header = lines::lines(&piece[start..]).next().and_then(|line| header::read(line.text));
    // The body as it would be without a headline.
    let plain_body = header.map_or(0, |header| after_blanks(piece, start + header.rest));
    let from = if header.is_some() { plain_body } else { start };
    let headline = headline::split(&piece[from..]).or_else(|| headline::on_one_line(&piece[from..]));
    let body = headline.map_or(plain_body, |headline| from + headline.body);
    let text = piece[body..].to_owned();
    let lead = lead::read(&text);
    let dated = header.map(|header| DateClaim::published(ClaimOrigin::HeaderLine, header.date));
    Article {
        title: headline.map(|headline| headline.title.to_owned()),
        claims: dated.into_iter().chain(lead.claims).collect(),
        byline: lead.byline,
        located: lead.located,
        agency: lead.agency,
        text,
        ..Article::default()
    }
}

/// The article of a text whose fields stood above it. They are believed before
/// what the opening of the text says.
fn below_fields(fields: Article, text: &str) -> Article {
    let headline = if fields.title.is_none() { headline::split(text) } else { None };
    let text = &text[headline.map_or(0, |headline| headline.body)..];
    let lead = lead::read(text);
    Article {
        title: fields.title.or(headline.map(|headline| headline.title.to_owned())),
        byline: fields.byline.or(lead.byline),
        located: fields.located.or(lead.located),
        agency: fields.agency.or(lead.agency),
        claims: fields.claims.into_iter().chain(lead.claims).collect(),
        text: text.to_owned(),
        ..fields
    }
}

fn after_blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start().len()
}

fn error(
    input: &Input<'_>,
    decoded: &Decoded<'_>,
    index: u64,
    piece: Range<usize>,
    fault: Fault,
) -> ExtractError {
    ExtractError {
        origin: Origin { path: input.path.to_owned(), index },
        place: None,
        bytes: decoded.offset.map(|offset| offset + piece.start..offset + piece.end),
        fault: Box::new(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Title, date claims and text of one article.
    fn check(piece: &str, title: Option<&str>, claims: &[&str], text: &str) {
        let article = read_piece(piece);
        let raw: Vec<_> = article.claims.iter().map(|claim| claim.raw.as_str()).collect();
        assert_eq!(
            (article.title.as_deref(), raw.as_slice(), article.text.as_str()),
            (title, claims, text),
            "{piece:?}"
        );
    }

    #[test]
    fn the_parts_of_a_text() {
        check(" date 2023-11-07 Talks\n\nThey talked.\n", Some("Talks"), &["2023-11-07"], "They talked.\n");
        check("date 2023-11-07\nTalks\n\nThey talked.", Some("Talks"), &["2023-11-07"], "They talked.");
        check("date 2023-11-07\n\nThey talked.\n\nMore.", None, &["2023-11-07"], "They talked.\n\nMore.");
        check(
            " date 2023-11-07 They talked all day.\n\nMore.",
            None,
            &["2023-11-07"],
            "They talked all day.\n\nMore.",
        );
        check("They talked.\n\nMore.\n", None, &[], "They talked.\n\nMore.\n");
        check("\n\n  They talked.\n", None, &[], "\n\n  They talked.\n");
        check("Talks\n\nKYIV, Nov 3 (AP) - They.", Some("Talks"), &["Nov 3"], "KYIV, Nov 3 (AP) - They.");
        check(
            "date 2023-11-07 Talks\r\n\r\nKYIV, Nov 3 (AP) - They.\r\n",
            Some("Talks"),
            &["2023-11-07", "Nov 3"],
            "KYIV, Nov 3 (AP) - They.\r\n",
        );
        check("Talks\n\nSame.\n\nSame.\n\n\n", Some("Talks"), &[], "Same.\n\nSame.\n\n\n");
        check(
            " date 2023-11-07 Talks fail Shafaq News / They left.\n",
            Some("Talks fail"),
            &["2023-11-07"],
            "Shafaq News / They left.\n",
        );
        check(
            "Talks\n\nApril 3, 2024\n\nThey left.",
            Some("Talks"),
            &["April 3, 2024"],
            "April 3, 2024\n\nThey left.",
        );
        check(
            "Title: Talks\nDate: 2023-11-07\n\nKYIV, Nov 7 (AP) - They left.",
            Some("Talks"),
            &["2023-11-07", "Nov 7"],
            "KYIV, Nov 7 (AP) - They left.",
        );
        check("", None, &[], "");
        check("   \n ", None, &[], "   \n ");
    }

    #[test]
    fn a_file_of_several_articles() {
        let file = " date 2023-11-07 One\n\nThey talked.\n\n date 2023-11-08 Two\n\nThey left.\n";
        let pieces = pieces(file);
        assert_eq!(pieces.len(), 2);
        assert_eq!(read_piece(&file[pieces[1].clone()]).title.as_deref(), Some("Two"));
        // Without a header line at the top, a later one is part of the text.
        assert_eq!(super::pieces("They talked.\n\ndate 2023-11-08 Two\n").len(), 1);
        assert_eq!(super::pieces("").len(), 1);
    }
}
