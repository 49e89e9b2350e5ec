//! Everything shown is foreign: none of it may become markup.

use crate::fixture::{Fixture, record, with_date, with_entity};
use crate::{check_page, letter};
use dateline_model::{EntityType, Payload, Rendition};
use dateline_testkit::http::Answer;

const SCRIPT: &str = "<script>alert(1)</script>";
const ESCAPED: &str = "&lt;script&gt;alert(1)&lt;/script&gt;";
const QUOTED: &str = "\"><img src=x onerror=alert(1)>";

/// The only script of a page is ours, and no text has become an element.
#[track_caller]
fn check_harmless(answer: &Answer) {
    assert_eq!(answer.body.matches("<script").count(), 1, "{}", answer.body);
    assert!(!answer.body.contains("<img"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_stays_text() {
    let fixture = Fixture::start().await;
    let body = format!("{SCRIPT} said Eve {QUOTED} on Friday");
    let article = record(&format!("{SCRIPT}{QUOTED}"), &body);
    let article = with_entity(article, EntityType::Person, SCRIPT, "Eve");
    let article = with_entity(article, EntityType::Organisation, QUOTED, SCRIPT);
    let mut article = with_date(article, "Friday", SCRIPT, QUOTED);
    let entity = &mut article.dateline.entities[0];
    entity.uri = Some("javascript:alert(1)".into());
    entity.role = Some(SCRIPT.into());
    entity.reason = Some(QUOTED.into());
    entity.id = QUOTED.into();
    article.dateline.warnings.push(SCRIPT.into());
    article.by = Some(SCRIPT.into());
    article.language = QUOTED.into();
    article.renditions = vec![Rendition {
        name: "web".into(),
        href: "javascript:alert(1)".into(),
        content_type: "text/html".into(),
    }];
    fixture.write(vec![article.clone()]).await;
    let page = fixture.article(&article).await;
    check_page(&page, 200, &[ESCAPED, "said <a"]);
    check_harmless(&page);
    assert!(!page.body.contains("href=\"javascript:"), "{}", page.body);
    fixture.notice(&article).await;
    check_harmless(&fixture.get_with("/", ESCAPED).await);
    for path in ["/entities?days=3650", "/entities/one?name=%3Cscript%3Ealert(1)%3C/script%3E"] {
        let page = fixture.get(path).await;
        check_page(&page, 200, &[ESCAPED]);
        check_harmless(&page);
    }
    let found = fixture.get("/articles?q=eve").await;
    check_page(&found, 200, &[ESCAPED, "<mark>Eve</mark>"]);
    check_harmless(&found);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_stays_text() {
    let fixture = Fixture::start().await;
    for (query, status) in [
        ("%3Cscript%3Ealert(1)%3C/script%3E", 200),
        ("%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E", 400),
        ("sorce:%3Cscript%3E", 400),
    ] {
        let answer = fixture.get(&format!("/articles?q={query}")).await;
        check_page(&answer, status, &["&lt;"]);
        check_harmless(&answer);
    }
    check_harmless(&fixture.get("/articles/%3Cscript%3E").await);
    check_harmless(&fixture.get("/dead/%3Cscript%3E").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_stays_text() {
    let fixture = Fixture::start().await;
    let mut dead = letter(Payload::of(SCRIPT.as_bytes()));
    dead.detail = SCRIPT.into();
    dead.place = Some(QUOTED.into());
    dead.headers.insert(QUOTED.into(), SCRIPT.into());
    fixture.bus.dead_letters().keep(dead, "one").await.unwrap();
    for path in ["/dead", "/dead/1"] {
        let page = fixture.get(path).await;
        check_page(&page, 200, &[ESCAPED]);
        check_harmless(&page);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_spans_do_no_harm() {
    let fixture = Fixture::start().await;
    let mut article = with_date(record("Short", "On Friday"), "Friday", "2023-11-03", "weekday");
    article.dateline.timex[0].span.end = 4_000_000_000;
    fixture.write(vec![article.clone()]).await;
    check_page(&fixture.article(&article).await, 200, &["On Friday"]);
}
