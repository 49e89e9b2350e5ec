//! What holds for any bytes whatever.

use dateline_extract::{Format, Input, JsonLines, Limits, canonical_url, extract};
use proptest::prelude::*;

const FORMATS: [Format; 7] =
    [Format::Auto, Format::Text, Format::Json, Format::JsonLines, Format::Html, Format::Feed, Format::Warc];

/// Pieces that news files are made of, so that random files reach deep.
fn newsy() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        " date 2023-11-07 ",
        "date",
        "2023-11-07",
        "Nov 3",
        "TEL AVIV",
        "KYIV, Ukraine",
        " (AP) — ",
        " - ",
        ", ",
        "/",
        "Shafaq News / ",
        "AFP",
        "\n",
        "\r\n",
        "\n\n",
        ". ",
        "Headline of the day",
        "é",
        "—",
        "{\"text\":\"",
        "\"}",
        "[",
        "]",
        "{",
        "}",
        ":",
        "\"title\":",
        "\\ud800",
        "\\",
        "\u{feff}",
        "<p>",
        "&amp;",
        "\u{85}",
        " ",
        "\t",
        "3",
        "Mr. ",
        "D.C.",
    ]);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in FORMATS {
            let read = extract(&Input::new("-", &bytes).with_format(format), &Limits::default());
            prop_assert!(!read.is_empty());
        }
    }

    #[test]
    fn the_text_is_a_slice_of_the_input(text in newsy()) {
        let read = extract(&Input::new("-", text.as_bytes()).with_format(Format::Text), &Limits::default());
        for article in read.into_iter().flatten() {
            prop_assert!(text.contains(&article.text));
            prop_assert!(article.title.is_none_or(|title| text.contains(&title)));
            prop_assert!(article.claims.iter().all(|claim| text.contains(&claim.raw)));
        }
    }

    #[test]
    fn errors_name_bytes_of_the_input(text in newsy()) {
        for format in FORMATS {
            let read = extract(&Input::new("-", text.as_bytes()).with_format(format), &Limits::default());
            for error in read.into_iter().filter_map(Result::err) {
                prop_assert!(error.bytes.clone().is_none_or(|range| text.as_bytes().get(range).is_some()));
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn json_text_is_kept_verbatim(text in "\\PC{1,60}\\S") {
        let json = serde_json::json!({ "id": "1", "text": text }).to_string();
        let read = extract(&Input::new("-", json.as_bytes()), &Limits::default());
        prop_assert_eq!(&read[0].as_ref().unwrap().text, &text);
    }

    #[test]
    fn lines_fed_one_by_one_read_like_the_file(lines in prop::collection::vec(newsy(), 0..6)) {
        let lines: Vec<String> = lines.iter().map(|line| line.replace(['\n', '\r'], " ") + "\n").collect();
        let file = lines.concat();
        let mut reader = JsonLines::new("-", Limits::default());
        let fed: Vec<_> = lines.iter().flat_map(|line| reader.line(line.as_bytes())).collect();
        let whole = extract(&Input::new("-", file.as_bytes()).with_format(Format::JsonLines), &Limits::default());
        let texts = |read: &[Result<dateline_model::Article, _>]| -> Vec<Option<String>> {
            read.iter().map(|one| one.as_ref().ok().map(|article| article.text.clone())).collect()
        };
        if !fed.is_empty() {
            prop_assert_eq!(texts(&fed), texts(&whole));
        }
    }

    #[test]
    fn a_canonical_address_is_its_own_canonical_form(path in "[a-zA-Z0-9/?&=_#.-]{0,40}") {
        if let Some(url) = canonical_url(&format!("https://Example.org/{path}")) {
            prop_assert_eq!(canonical_url(&url), Some(url));
        }
    }
}
