//! The public face of the crate.

use dateline_extract::{Format, Input, Limits, extract};

#[test]
fn a_text_file_is_one_article() {
    let bytes = b" date 2023-11-07 Talks resume\n\nTEL AVIV, Nov 3 (Agency) - The talks went on.\n";
    let articles = extract(&Input::new("a.txt", bytes), &Limits::default());
    let article = articles[0].as_ref().unwrap();
    assert_eq!(articles.len(), 1);
    assert_eq!(article.title.as_deref(), Some("Talks resume"));
    assert_eq!(article.located.as_deref(), Some("Tel Aviv"));
    assert_eq!(article.agency.as_deref(), Some("Agency"));
    assert_eq!(article.claims.len(), 2);
    assert_eq!(article.text, "TEL AVIV, Nov 3 (Agency) - The talks went on.\n");
}

#[test]
fn a_bad_article_does_not_stop_the_next() {
    let bytes = b"[{\"text\":1},{\"text\":\"sound\"}]";
    let articles = extract(&Input::new("a.json", bytes).with_format(Format::Json), &Limits::default());
    assert!(articles[0].is_err());
    assert_eq!(articles[1].as_ref().unwrap().text, "sound");
}
