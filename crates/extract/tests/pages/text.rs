//! What belongs to the text and what does not.

use super::{framed, page, story};

/// The story comes out whole, and nothing of these words.
fn check(body: &str, left_out: &[&str]) {
    let text = page(&framed("", body)).text;
    assert!(text.contains("The council voted on Tuesday"), "{text}");
    assert!(text.contains("three public meetings."), "{text}");
    for words in left_out {
        assert!(!text.contains(words), "{words}: {text}");
    }
}

#[test]
fn the_frame_is_left_out() {
    check(&story(), &["Home", "Sport", "All rights reserved", "Privacy policy"]);
}

#[test]
fn what_stands_beside_the_text_is_left_out() {
    let story = story();
    let cookie = "<div id=cookie-banner class=consent><p>We use cookies to improve your experience. Accept all cookies to go on.</p><button>Accept all</button></div>";
    check(&format!("{cookie}{story}"), &["cookies"]);
    let related = "<div class=related><h3>Related stories</h3><ul><li><a href=/1>Minister resigns after vote</a><li><a href=/2>Rain floods valley</a></ul></div>";
    check(&format!("{story}{related}"), &["Minister resigns", "Rain floods"]);
    let letter = "<div class=newsletter-signup><p>Sign up for our newsletter and get the news in your inbox.</p><form><input type=email><button>Subscribe</button></form></div>";
    check(&format!("{story}{letter}"), &["newsletter", "Subscribe"]);
    let share =
        "<div class=share-bar><a href=#>Facebook</a><a href=#>Twitter</a><a href=#>WhatsApp</a></div>";
    check(&format!("{share}{story}"), &["WhatsApp"]);
    let comments = "<section id=comments class=comments><h3>2 comments</h3><div class=comment><p>jo88</p><p>Finally, about time they did this.</p></div></section>";
    check(&format!("{story}{comments}"), &["jo88", "about time"]);
}

#[test]
fn scripts_and_hidden_data_are_left_out() {
    let hidden = "<noscript>{\"a\":1}<p>Turn on scripts</p></noscript><script>var text = '<p>not this</p>';</script><template><p>nor this</p></template><style>p{}</style>";
    check(&format!("{hidden}{}", story()), &["Turn on", "not this", "nor this", "{"]);
}

#[test]
fn paragraphs_are_kept() {
    let text = page(&framed("", &story())).text;
    let paragraphs: Vec<&str> = text.split("\n\n").filter(|part| part.len() > 80).collect();
    assert_eq!(paragraphs.len(), 6, "{text}");
    assert!(paragraphs[2].starts_with("“We have waited long enough,” said the mayor"));
}

#[test]
fn unclosed_and_misnested_markup_changes_nothing() {
    let loose = story().replace("</p>", "").replace("<p>", "<p><b><i>");
    check(&format!("<div><span>{loose}"), &["Home", "All rights"]);
    let crossed = story().replace("</p>", "</b></p></div></section>");
    check(&crossed, &[]);
}

#[test]
fn breaks_part_paragraphs_too() {
    let broken = story().replace("<p>", "").replace("</p>", "<br><br>");
    check(&format!("<div class=body>{broken}</div>"), &["<br>"]);
}

#[test]
fn a_body_that_stands_only_in_data() {
    let words = story().replace("<p>", "").replace("</p>", "").replace('\n', " ");
    let linked = format!(
        "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":\"Town votes\",\"articleBody\":\"{words}\"}}</script>"
    );
    let text = page(&format!("<html><head>{linked}</head><body><div id=app></div></body></html>")).text;
    assert!(text.contains("The council voted on Tuesday"), "{text}");
    let paragraphs: Vec<String> = story()
        .lines()
        .map(|line| format!("{{\"type\":\"p\",\"text\":\"{}\"}}", &line[3..line.len() - 4]))
        .collect();
    let state = format!(
        "<script id=__NEXT_DATA__ type=application/json>{{\"props\":{{\"css\":\"a{{}}\",\"story\":{{\"id\":7,\"blocks\":[{}]}}}}}}</script>",
        paragraphs.join(",")
    );
    let article = page(&format!(
        "<html><head><title>Town votes</title></head><body><div id=__next></div>{state}</body></html>"
    ));
    assert!(article.text.starts_with("The council voted"), "{}", article.text);
    assert_eq!(article.text.split("\n\n").count(), 6);
    assert_eq!(article.warnings.len(), 1);
}
