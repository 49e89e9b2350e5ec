//! Every page over a real socket, with a real broker and a real store behind it.

#![expect(clippy::unwrap_used, reason = "a test helper may fail its test")]

mod fixture;
mod hostile;
mod live;

use dateline_model::{DeadLetter, DeadReason, EntityType, Payload, Stage};
use dateline_testkit::http::Answer;
use fixture::{Fixture, TOKEN, now, published, record, with_date, with_entity};

/// Holds for every answer, whatever it is.
#[track_caller]
fn check_headers(answer: &Answer) {
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
    // The policy forbids both, so that they would be without effect.
    assert!(!answer.body.contains(" style=\"") && !answer.body.contains("<style"), "{}", answer.body);
}

#[track_caller]
fn check_page(answer: &Answer, status: u16, texts: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    check_headers(answer);
    assert_eq!(answer.body.matches("<main").count(), 1);
    assert_eq!(answer.body.matches("<h1").count(), 1, "{}", answer.body);
    for text in texts {
        assert!(answer.body.contains(text), "no `{text}` in\n{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_flow_page_shows_figures_and_newest_articles() {
    let fixture = Fixture::start().await;
    check_page(
        &fixture.get("/").await,
        200,
        &["DATELINE_RAW", "No enricher is running", "Nothing was stored lately"],
    );
    let article = published(record("Quake off the coast", "It was felt far inland."));
    fixture.notice(&article).await;
    fixture.write(vec![article]).await;
    let answer = fixture.get_with("/", "Quake off the coast").await;
    check_page(&answer, 200, &["<svg", "Just stored", "sources <span data-live=\"gate\">open", "polyline"]);
    fixture.get_with("/", "data-live=\"store.articles\">1<").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn articles_are_found_and_paged() {
    let fixture = Fixture::start().await;
    let many = (0..45).map(|number| record(&format!("Report number {number}"), "A storm came."));
    fixture.write(many.collect()).await;
    fixture.write(vec![record("Other news", "Nothing about weather.")]).await;
    let first = fixture.get("/articles?q=storm").await;
    check_page(&first, 200, &["45 articles", "A <mark>storm</mark> came.", "Next page"]);
    assert_eq!(first.body.matches("class=\"hit\"").count(), 20);
    let second = fixture.get("/articles?q=storm&order=relevance&cursor=o20").await;
    check_page(&second, 200, &["First page", "cursor=o40"]);
    let third = fixture.get("/articles?q=storm&order=relevance&cursor=o40").await;
    assert_eq!(third.body.matches("class=\"hit\"").count(), 5);
    assert!(!third.body.contains("Next page"));
    check_page(&fixture.get("/articles").await, 200, &["46 articles"]);
    check_page(&fixture.get("/articles?q=nowhere").await, 200, &["No article matches"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_query_is_shown_with_its_place() {
    let fixture = Fixture::start().await;
    let texts = ["This query cannot be read", "storm <mark>sorce</mark>:wire", "source:"];
    check_page(&fixture.get("/articles?q=storm+sorce:wire").await, 400, &texts);
    check_page(&fixture.get("/articles?q=a&cursor=elsewhere").await, 400, &["no such page of results"]);
    check_page(&fixture.get("/articles?order=sideways").await, 400, &["This search cannot be read"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_shows_what_was_found_and_why() {
    let fixture = Fixture::start().await;
    let text = "🌍 The Bank of Rome closed last Friday.";
    let article = published(record("Bank closes", text));
    let article = with_entity(article, EntityType::Organisation, "Banca di Roma", "Bank of Rome");
    let article = with_entity(article, EntityType::Place, "Rome, Italy", "Rome");
    let mut article = with_date(article, "last Friday", "2023-11-03", "deictic-weekday");
    article.dateline.warnings.push("two claims disagree".into());
    fixture.write(vec![article.clone()]).await;
    let page = fixture.article(&article).await;
    let lists = [
        "Banca di Roma",
        "Rome, Italy",
        "deictic-weekday",
        "counted from 2023-11-07",
        "from 2023-11-03, 1 day",
        // Searchable in logs and at a collector.
        ">4bf92f3577b34da6a3ce929d0e0e4736<",
    ];
    check_page(&page, 200, &lists);
    let dates = ["text header", "date 2023-11-07", "the text states its own date", "two claims disagree"];
    check_page(&page, 200, &dates);
    // The place lies within the organisation: three pieces, each once.
    check_page(&page, 200, &["🌍 The <a", ">Bank of <", ">Rome<", " closed <a", ">last Friday<"]);
    assert_eq!(page.body.matches("id=\"e1-0\"").count(), 1);
    assert_eq!(page.body.matches("id=\"e2-0\"").count(), 1);
    assert!(page.body.contains("class=\"hl place\" href=\"#e2\""), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_can_be_told_apart() {
    let fixture = Fixture::start().await;
    let earlier = record("Toll rises", "Five were hurt.");
    let mut later = record("Toll rises", "Seven were hurt.");
    later.dateline.ingested_at = now() + jiff::SignedDuration::from_secs(60);
    fixture.write(vec![earlier.clone()]).await;
    fixture.write(vec![later.clone()]).await;
    check_page(&fixture.article(&later).await, 200, &["Seven were hurt", &earlier.version[..8]]);
    let path = format!("/articles/{}?version={}", &later.uri["urn:uuid:".len()..], earlier.version);
    check_page(&fixture.get(&path).await, 200, &["Five were hurt", "earlier version"]);
    let unknown = path.replace(&earlier.version, &"0".repeat(32));
    check_page(&fixture.get(&unknown).await, 404, &["no such article"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_stand_side_by_side() {
    let fixture = Fixture::start().await;
    let earlier = record("Toll rises", "Five were hurt.");
    let mut later = record("Toll rises", "Seven were hurt.");
    later.dateline.ingested_at = now() + jiff::SignedDuration::from_secs(60);
    fixture.write(vec![earlier.clone()]).await;
    let path = format!("/articles/{}/versions", &later.uri["urn:uuid:".len()..]);
    check_page(&fixture.get(&path).await, 404, &["There is nothing to compare"]);
    fixture.write(vec![later.clone()]).await;
    check_page(&fixture.article(&later).await, 200, &["Compare them side by side"]);
    check_page(&fixture.get(&path).await, 200, &["<del>Five</del> were hurt", "<ins>Seven</ins> were hurt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_when_is_drawn_and_listed() {
    let fixture = Fixture::start().await;
    check_page(&fixture.get("/timeline").await, 200, &["No article speaks of a date there"]);
    let article = published(record("Bank closes", "The bank closed last Friday."));
    fixture.write(vec![with_date(article, "last Friday", "2023-11-03", "deictic-weekday")]).await;
    check_page(&fixture.get("/timeline").await, 200, &["2023-11-03", "Bank closes", "class=\"bars\""]);
    let picked = "/timeline?q=bank&from=2023-11-01&to=2023-11-05";
    check_page(
        &fixture.get(picked).await,
        200,
        &["Bank closes", "data-brush-from=\"1698796800\"", "All times"],
    );
    let elsewhere = "/timeline?q=&from=2020-11-01&to=2020-11-05";
    check_page(&fixture.get(elsewhere).await, 200, &["No article speaks of a date there"]);
    check_page(&fixture.get("/timeline?q=sorce:x").await, 400, &["This timeline cannot be read"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn entities_have_a_list_and_pages() {
    let fixture = Fixture::start().await;
    check_page(&fixture.get("/entities").await, 200, &["No article of this time names anybody"]);
    for number in 0..4 {
        let article = published(record(&format!("Bank {number}"), "The Bank of Rome closed."));
        let article = with_entity(article, EntityType::Organisation, "Banca di Roma", "Bank of Rome");
        fixture.write(vec![with_entity(article, EntityType::Place, "Rome, Italy", "Rome")]).await;
    }
    let list = fixture.get("/entities?days=3650").await;
    assert!(!list.body.contains("Rising"), "there is nothing before to compare with");
    check_page(&list, 200, &["Organisations", "/entities/one?type=organisation&amp;name=Banca%20di%20Roma"]);
    let page = fixture.get("/entities/one?type=organisation&name=Banca%20di%20Roma").await;
    check_page(&page, 200, &["named 4 times in 4 articles", "Rome, Italy", "Bank 3", "class=\"bars\""]);
    check_page(&fixture.get("/entities/one?name=Nobody").await, 404, &["Nobody is stored under this name"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_are_told_with_their_state() {
    let fixture = Fixture::start().await;
    let answer = fixture.get("/sources").await;
    let wanted = [
        "4 feeds, 1 in trouble",
        "4 failed in a row: the server answers 503 &lt;b&gt;",
        "polled by <code>producer-7</code>",
        "not until resumed",
        "https://steady.example/feed",
        ">3 minutes ago<",
        "in 4\u{202f}min",
    ];
    check_page(&answer, 200, &wanted);
    // What needs a person stands first, what rests last.
    let at = |name: &str| answer.body.find(&format!(">{name}<")).unwrap();
    assert!(at("broken") < at("afternoon") && at("steady") < at("resting"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_told_by_what_the_broker_keeps() {
    let fixture = Fixture::start().await;
    check_page(&fixture.get("/sources").await, 200, &["None has delivered yet"]);
    fixture.bus.dead_letters().keep(letter(Payload::of(b"broken")), "one").await.unwrap();
    check_page(&fixture.get("/sources").await, 200, &["source%3Awire", "none is kept"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_is_shown_without_secrets() {
    let fixture = Fixture::start().await;
    let page = fixture.get("/config").await;
    check_page(&page, 200, &["data_dir", "[redacted]", "line 3", "console"]);
    assert!(!page.body.contains(TOKEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_replayed_or_dropped_by_who_shows_the_token() {
    let fixture = Fixture::start().await;
    let desk = fixture.bus.dead_letters();
    for name in ["one", "two"] {
        desk.keep(letter(Payload::of(b"{}")), name).await.unwrap();
    }
    check_page(&fixture.get("/dead/1").await, 200, &["show the console"]);
    check_page(&fixture.post("/dead/1/replay", &[], "").await, 401, &["Show the token first"]);
    check_page(&fixture.post("/session", &[], "token=wrong").await, 403, &["This is not the token"]);
    let session = fixture.post("/session", &[], &format!("token={TOKEN}&back=//evil.example")).await;
    assert_eq!((session.status, session.header("location")), (303, Some("/dead")));
    let cookie = session.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = ("Cookie", cookie.split(';').next().unwrap());
    let foreign = fixture.post("/dead/1/drop", &[cookie, ("Origin", "http://evil.example")], "").await;
    check_page(&foreign, 403, &["from another site"]);
    assert_eq!(desk.count().await.unwrap(), 2);
    let replayed = fixture.post("/dead/1/replay", &[cookie], "").await;
    assert_eq!(replayed.header("location"), Some("/dead?done=replayed&number=1"), "{}", replayed.body);
    let dropped = fixture.post("/dead/2/drop", &[cookie], "").await;
    assert_eq!(dropped.header("location"), Some("/dead?done=dropped&number=2"), "{}", dropped.body);
    assert_eq!(desk.count().await.unwrap(), 0);
    let raw = fixture.bus.status().await.unwrap().stream("DATELINE_RAW").unwrap().messages;
    assert_eq!(raw, 1, "the replayed letter is back where it came from");
    check_page(&fixture.get("/dead?done=dropped&number=2").await, 200, &["Letter 2 was dropped"]);
    check_page(&fixture.post("/dead/2/drop", &[cookie], "").await, 404, &["There is no such dead letter"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_are_listed_latest_first_and_paged() {
    let fixture = Fixture::start().await;
    let desk = fixture.bus.dead_letters();
    for number in 1..=60 {
        desk.keep(letter(Payload::of(b"x")), &number.to_string()).await.unwrap();
    }
    let first = fixture.get("/dead").await;
    check_page(&first, 200, &["60 kept", "/dead/60\"", "/dead/11\"", "/dead?before=11"]);
    assert!(first.body.find("/dead/60\"") < first.body.find("/dead/59\""));
    let second = fixture.get("/dead?before=11").await;
    check_page(&second, 200, &["/dead/10\"", "/dead/1\"", "Latest"]);
    assert!(!second.body.contains("Earlier"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_has_a_page_that_says_so() {
    let fixture = Fixture::start().await;
    for (path, text) in [
        ("/articles/6f0d4c5a-1c39-5f7e-9d57-d7a33f9b6e21", "Nothing is stored under"),
        ("/articles/nonsense", "is no article id"),
        ("/dead/7", "There is no such dead letter"),
        ("/dead/seven", "is no number"),
        ("/nowhere", "There is nothing here"),
        ("/assets/nothing.css", "There is nothing here"),
    ] {
        check_page(&fixture.get(path).await, 404, &[text]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_are_listed_and_shown_whole() {
    let fixture = Fixture::start().await;
    check_page(&fixture.get("/dead").await, 200, &["0 kept", "None."]);
    fixture.bus.dead_letters().keep(letter(Payload::of(b"\xff\xfe broken")), "one").await.unwrap();
    check_page(
        &fixture.get("/dead").await,
        200,
        &["1 kept", "unreadable", "it is no article", "inbox/a.txt"],
    );
    let page = fixture.get("/dead/1").await;
    check_page(
        &page,
        200,
        &["hexadecimal", "fffe2062726f6b656e", "dateline dead replay 1", "dateline.raw.wire"],
    );
}

fn letter(payload: Payload) -> DeadLetter {
    DeadLetter {
        stage: Stage::Producer,
        reason: DeadReason::Unreadable,
        detail: "it is no article".into(),
        subject: "dateline.raw.wire".into(),
        headers: std::collections::BTreeMap::new(),
        place: Some("inbox/a.txt".into()),
        attempts: 1,
        first_at: now(),
        last_at: now(),
        payload,
        truncated_bytes: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_not_there_yet_is_no_crash() {
    let fixture = Fixture::without_store().await;
    check_page(&fixture.get("/").await, 200, &["Nothing was stored lately"]);
    check_page(&fixture.get("/articles?q=storm").await, 503, &["Nothing is stored yet"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn assets_are_served_with_their_types() {
    let fixture = Fixture::start().await;
    for (name, kind) in
        [("console.css", "text/css"), ("console.js", "text/javascript"), ("icon.svg", "image/svg")]
    {
        let answer = fixture.get(&format!("/assets/{name}")).await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").unwrap().starts_with(kind));
        assert!(answer.header("cache-control").unwrap().contains("immutable"));
        assert!(answer.header("content-security-policy").is_some());
    }
}
