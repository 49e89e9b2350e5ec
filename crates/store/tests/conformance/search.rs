//! Finding articles.

use crate::Harness;
use crate::fixture::{Draft, draft, found, search, write};
use dateline_model::EntityType::{Organisation, Person, Place};
use dateline_store::{Cursor, ErrorClass, Order, Query, ScanRequest, SearchRequest, Store};
use std::sync::Arc;

async fn with(harness: &impl Harness, drafts: impl IntoIterator<Item = Draft>) -> Arc<dyn Store> {
    let store = harness.open().await;
    store.write(drafts.into_iter().map(Draft::record).collect()).await.unwrap();
    store
}

/// Which articles a query finds, in alphabetical order.
#[track_caller]
fn check<'a>(store: &'a dyn Store, query: &'a str, expected: &'a str) -> impl Future<Output = ()> + 'a {
    let place = std::panic::Location::caller();
    async move {
        let mut names = found(store, query).await;
        names.sort();
        assert_eq!(names.join(" "), expected, "{query} at {place}");
    }
}

pub(crate) async fn words_and_phrases(harness: &impl Harness) {
    let store = with(
        harness,
        [
            draft("a", "The prime minister spoke.").headline("Ceasefire holds"),
            draft("b", "A minister in his prime."),
            draft("c", "").summary("Prime numbers and the F-16"),
            draft("d", "Élysée, ÅNGSTRÖM, Привет"),
        ],
    )
    .await;
    check(&*store, "minister", "a b").await;
    check(&*store, "PRIME minister", "a b").await;
    check(&*store, "\"prime minister\"", "a").await;
    check(&*store, "ceasefire", "a").await;
    check(&*store, "prime", "a b c").await;
    check(&*store, "F-16", "c").await;
    check(&*store, "elysee angstrom", "d").await;
    check(&*store, "Элизе", "").await;
    check(&*store, "привет", "d").await;
    check(&*store, "nothing", "").await;
}

/// Common words are learnt while articles arrive: phrases of them are found in those from
/// before, in those after, and in what becomes of both.
pub(crate) async fn phrases_of_common_words(harness: &impl Harness) {
    let store = harness.open().await;
    let article = |number: i64| {
        let body = match number % 100 {
            0 => "the prime minister of the country",
            1 => "minister prime, the of country",
            2 => "the prime\n\nminister of",
            3 => "of the prime of the",
            _ => "country of prime, the minister",
        };
        draft(&format!("{number:04}"), body).at(number).record()
    };
    for batch in 0..20 {
        store.write((batch * 100..batch * 100 + 100).map(article).collect()).await.unwrap();
    }
    // An early and a late one change both ways, a late one goes.
    for (number, body) in [(4, "of prime minister"), (100, "minister"), (1904, "prime minister"), (1902, "x")]
    {
        write(&*store, draft(&format!("{number:04}"), body).at(3_000)).await;
    }
    write(&*store, draft("1900", "gone").at(3_000).retracted()).await;
    for (query, expected) in [
        ("\"prime minister\"", 2 * 20 + 2 - 3),
        ("\"the prime minister of\"", 2 * 20 - 3),
        ("\"the prime minister\" country", 20 - 2),
        ("\"minister prime\"", 20),
        ("\"of the\" -\"prime minister\"", 20),
        ("\"of the\"", 2 * 20 - 2),
    ] {
        assert_eq!(found_in_all(&*store, query).await, expected, "{query}");
    }
    let oldest =
        SearchRequest { order: Order::Oldest, ..SearchRequest::parse("\"prime minister\"").unwrap() };
    assert_eq!(search(&*store, oldest).await.unwrap()[..2], ["0000", "0002"]);
}

async fn found_in_all(store: &dyn Store, query: &str) -> u64 {
    store.search(SearchRequest::parse(query).unwrap()).await.unwrap().total
}

pub(crate) async fn negation(harness: &impl Harness) {
    let store = with(
        harness,
        [
            draft("a", "gaza war").source("bbc").published("2023-11-01"),
            draft("b", "gaza football").names(Person, "Ada"),
            draft("c", "football world cup").speaks_of("2022-12"),
        ],
    )
    .await;
    check(&*store, "gaza -football", "a").await;
    check(&*store, "-football", "a").await;
    check(&*store, "-\"world cup\"", "a b").await;
    check(&*store, "-gaza -war", "c").await;
    check(&*store, "football -gaza -cup", "").await;
    check(&*store, "-source:bbc", "b c").await;
    check(&*store, "gaza -source:bbc", "b").await;
    check(&*store, "-person:ada", "a c").await;
    check(&*store, "-about-date:2022", "a b").await;
    check(&*store, "-since:2024", "a").await;
}

pub(crate) async fn entities(harness: &impl Harness) {
    let store = with(
        harness,
        [
            draft("a", "x").names(Person, "Joe Biden").names(Place, "Paris"),
            draft("b", "x").names(Person, "Hunter Biden"),
            draft("c", "y").names(Person, "Paris Hilton").names(Organisation, "NATO").linked("urn:q:7184"),
            draft("d", "z").names(Place, "Ağrı"),
        ],
    )
    .await;
    check(&*store, "entity:biden", "a b").await;
    check(&*store, "person:\"Joe Biden\"", "a").await;
    check(&*store, "entity:\"Biden Joe\"", "").await;
    check(&*store, "entity:paris", "a c").await;
    check(&*store, "place:paris", "a").await;
    check(&*store, "org:nato person:paris", "c").await;
    check(&*store, "entity:urn:q:7184", "c").await;
    check(&*store, "place:urn:q:7184", "").await;
    check(&*store, "x entity:biden -place:paris", "b").await;
    check(&*store, "y entity:biden", "").await;
    check(&*store, "place:agri", "").await;
    check(&*store, "place:ağrı", "d").await;
}

pub(crate) async fn words_that_are_alike(harness: &impl Harness) {
    let store = with(
        harness,
        [
            draft("a", "ceasefire agreed").headline("Ceasefire in Gaza"),
            draft("b", "earthquakes and aftershocks").headline("Earthquakes, again"),
            draft("c", "Élysée").headline("L'Élysée dit non"),
            draft("d", "Иерусалим").headline("Новости: Иерусалим"),
            draft("e", "warm water, unheard of elsewhere").headline("War"),
            draft("f", "gaza once more"),
        ],
    )
    .await;
    check(&*store, "ceasfire", "").await;
    check(&*store, "ceasfire~", "a").await;
    check(&*store, "ceasefier~", "a").await;
    check(&*store, "gasa~", "a f").await;
    check(&*store, "quake~", "b").await;
    check(&*store, "elisee~", "c").await;
    check(&*store, "Иерусалм~", "d").await;
    check(&*store, "\"gaza cesefire\"~", "a").await;
    check(&*store, "\"gaza ceasefire\"", "").await;
    check(&*store, "ceasfire~ quake~", "").await;
    check(&*store, "gaza -ceasfire~", "f").await;
    check(&*store, "-ceasfire~ -quake~ -elisee~", "d e f").await;
    check(&*store, "war~", "e").await;
    check(&*store, "in~ again", "").await;
    // Words of texts alone are in no directory; they are found as they are.
    check(&*store, "elsewhere~", "e").await;
    check(&*store, "elsewere~", "").await;
    check(&*store, "xyzzy~", "").await;
    check(&*store, "\"a\0b\"~", "").await;
    let page = store.search(SearchRequest::parse("gasa~").unwrap()).await.unwrap();
    let marks: Vec<_> = page.hits.iter().flat_map(|hit| &hit.snippet.marks).collect();
    assert_eq!(marks, [&(0..4)], "what a word stands for is marked");
    write(&*store, draft("f", "another text").at(1).headline("Tsunami")).await;
    check(&*store, "sunami~", "f").await;
}

pub(crate) async fn names_that_are_alike(harness: &impl Harness) {
    let store = with(
        harness,
        [
            draft("a", "x").names(Person, "Benjamin Netanyahu"),
            draft("b", "x").names(Person, "Sara Netanyahu").names(Organisation, "Deutsche Bundesbank"),
            draft("c", "x").names(Place, "Gaza"),
        ],
    )
    .await;
    check(&*store, "entity:netanyaho", "").await;
    check(&*store, "entity:netanyaho~", "a b").await;
    check(&*store, "person:\"benjamin netanyaho\"~", "a").await;
    check(&*store, "person:\"netanjahu benjamin\"~", "a").await;
    check(&*store, "place:netanyaho~", "").await;
    check(&*store, "org:bank~", "b").await;
    check(&*store, "place:gasa~", "c").await;
    check(&*store, "entity:netanyaho~ -org:bank~", "a").await;
    let named = |name: &str| {
        let request = dateline_store::ProfileRequest::new(name);
        let store = Arc::clone(&store);
        async move {
            store.profile(request).await.unwrap().entities.into_iter().map(|e| e.name).collect::<Vec<_>>()
        }
    };
    assert_eq!(named("netanyaho").await, Vec::<String>::new());
    assert_eq!(named("netanyaho~").await, ["Benjamin Netanyahu", "Sara Netanyahu"]);
    assert_eq!(named("~").await, Vec::<String>::new());
}

pub(crate) async fn sources_and_languages(harness: &impl Harness) {
    let store = with(
        harness,
        [
            draft("a", "x").source("BBC World"),
            draft("b", "x").source("wire").language("en-GB"),
            draft("c", "x").language("fr"),
            draft("d", "x").language("enm"),
        ],
    )
    .await;
    check(&*store, "source:bbc-world", "a").await;
    check(&*store, "source:\"BBC World\" x", "a").await;
    check(&*store, "lang:en", "a b").await;
    check(&*store, "lang:EN-gb", "b").await;
    check(&*store, "lang:fr x", "c").await;
    check(&*store, "lang:en -source:wire", "a").await;
}

pub(crate) async fn publication_dates(harness: &impl Harness) {
    let store = with(
        harness,
        [
            draft("a", "x").published("2023-11-07"),
            draft("b", "x").published("2023-11-07T23:30:00-05:00"),
            draft("c", "x").published("2023-11"),
            draft("d", "x"),
            draft("e", "x").published("no date at all"),
        ],
    )
    .await;
    check(&*store, "since:2023-11-07 until:2023-11-07", "a").await;
    check(&*store, "since:2023-11-08 until:2023-11-08", "b").await;
    check(&*store, "until:2023", "a b c").await;
    check(&*store, "x since:2024", "d e").await;
    check(&*store, "since:2023-11-08T04:30:00Z until:2023-W45", "b").await;
    check(&*store, "since:2025", "").await;
}

pub(crate) async fn dates_spoken_of(harness: &impl Harness) {
    let store = with(
        harness,
        [
            draft("a", "x").speaks_of("2023-11-03"),
            draft("b", "x").speaks_of("2023"),
            draft("c", "x").speaks_of("2023-W44").speaks_of("2023-W44"),
            draft("d", "x").speaks_of("2023-11-03T12:00:00Z").speaks_of("2020"),
            draft("e", "y"),
            draft("f", "y").speaks_of("1969-12-25").speaks_of("1970-01-10"),
            draft("g", "y").speaks_of("1944-06-06"),
        ],
    )
    .await;
    check(&*store, "about-date:2023-11-03", "a d").await;
    check(&*store, "about-date:2023-11", "a c d").await;
    check(&*store, "about-date:2023", "a b c d").await;
    check(&*store, "about-date:2023-10-30..2023-11-05", "a c d").await;
    check(&*store, "x about-date:2020", "d").await;
    check(&*store, "about-date:2021", "").await;
    // Before and around the first second of a Unix clock.
    for (period, expected) in
        [("1969-12-25", "f"), ("1969-12", "f"), ("1970-01", "f"), ("1944", "g"), ("1944-06-06", "g")]
    {
        check(&*store, &format!("y about-date:{period}"), expected).await;
        check(&*store, &format!("about-date:{period}"), expected).await;
    }
    check(&*store, "about-date:1940..1970", "f g").await;
}

pub(crate) async fn filters_alone(harness: &impl Harness) {
    let store = with(harness, (1..=3).map(|n| draft(&n.to_string(), "Body text.").at(n))).await;
    assert_eq!(found(&*store, "").await, ["3", "2", "1"]);
    assert_eq!(found(&*store, "source:wire").await, ["3", "2", "1"]);
    let oldest = SearchRequest { order: Order::Oldest, ..SearchRequest::new(Query::default()) };
    assert_eq!(search(&*store, oldest).await.unwrap(), ["1", "2", "3"]);
    let page = store.search(SearchRequest::new(Query::default())).await.unwrap();
    assert_eq!(page.hits[0].snippet.text, "Body text.");
    assert!(page.total_is_exact && page.next.is_none() && page.total == 3);
}

pub(crate) async fn ranking(harness: &impl Harness) {
    let filler = "nothing to see here ".repeat(30);
    let store = with(
        harness,
        [
            draft("body", &format!("{filler} quake {filler}")).published("2024-01-01"),
            draft("title", &filler).headline("Quake").published("2024-01-01"),
            draft("older", &format!("{filler} quake {filler}")).published("2022-01-01"),
            draft("other", &filler),
        ],
    )
    .await;
    assert_eq!(found(&*store, "quake").await, ["title", "body", "older"]);
    let newest = SearchRequest { order: Order::Newest, ..SearchRequest::parse("quake").unwrap() };
    assert_eq!(search(&*store, newest).await.unwrap(), ["title", "body", "older"]);
}

pub(crate) async fn marks(harness: &impl Harness) {
    let body = format!("{}Le président de l'Élysée,\n\nà Paris. {}", "mot ".repeat(100), "fin ".repeat(100));
    let store = with(harness, [draft("a", &body).headline("L'Élysée dit non")]).await;
    let page = store.search(SearchRequest::parse("elysee").unwrap()).await.unwrap();
    let hit = &page.hits[0];
    let slices = |marked: &dateline_store::MarkedText| -> Vec<String> {
        let marks = marked.marks.iter();
        marks.map(|mark| marked.text.chars().skip(mark.start).take(mark.len()).collect()).collect()
    };
    assert_eq!(slices(hit.headline.as_ref().unwrap()), ["Élysée"]);
    assert_eq!(slices(&hit.snippet), ["Élysée"]);
    assert!(hit.snippet.text.contains("l'Élysée, à Paris."), "{}", hit.snippet.text);
    assert!(hit.snippet.text.chars().count() < 400);
}

pub(crate) async fn pages(harness: &impl Harness) {
    let store = with(harness, (0..25).map(|n| draft(&format!("{n:02}"), "same words").at(n))).await;
    for order in [Order::Relevance, Order::Newest, Order::Oldest] {
        for query in ["same", ""] {
            let mut request = SearchRequest { order, limit: 10, ..SearchRequest::parse(query).unwrap() };
            let mut names = search(&*store, request.clone()).await.unwrap();
            while let Some(next) = store.search(request.clone()).await.unwrap().next {
                request.cursor = Some(next);
                names.extend(search(&*store, request.clone()).await.unwrap());
            }
            assert_eq!(names.len(), 25);
            names.sort();
            names.dedup();
            assert_eq!(names.len(), 25, "no article twice");
        }
    }
    let request = SearchRequest { cursor: Some(Cursor("x".into())), ..SearchRequest::parse("same").unwrap() };
    assert_eq!(store.search(request).await.unwrap_err().class(), ErrorClass::Request);
    let request = SearchRequest { limit: 0, ..SearchRequest::parse("same").unwrap() };
    assert_eq!(store.search(request).await.unwrap().hits.len(), 1);
}

pub(crate) async fn hostile_queries(harness: &impl Harness) {
    let store = with(harness, [draft("a", "near and or not")]).await;
    for query in [
        "source:\0x",
        "lang:\0x",
        "entity:\0x -\0",
        "a\"b\"c",
        "'; DROP TABLE articles; --",
        "NEAR(a b)",
        "body:x",
        "^x",
        "x*",
        "{x}",
        "\"a\0b\"",
        "OR",
    ] {
        if let Ok(request) = SearchRequest::parse(query) {
            store.search(request).await.unwrap();
        }
    }
    check(&*store, "NOT", "a").await;
    check(&*store, "near OR", "a").await;
    let many = "near ".repeat(64);
    check(&*store, &many, "a").await;
}

pub(crate) async fn old_versions_are_not_found(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "first").at(1).names(Person, "Ada").speaks_of("2020").source("one")).await;
    write(&*store, draft("a", "second").at(2).names(Person, "Bob").speaks_of("2021").source("two")).await;
    for gone in ["first", "person:ada", "about-date:2020", "source:one"] {
        check(&*store, gone, "").await;
    }
    check(&*store, "second person:bob about-date:2021 source:two", "a").await;
}

pub(crate) async fn exports(harness: &impl Harness) {
    let store = with(harness, (0..25).map(|n| draft(&n.to_string(), "same words").at(n))).await;
    write(&*store, draft("5", "same").at(99).retracted()).await;
    for (query, expected) in [("", 24), ("same", 24), ("same source:wire -since:2025", 24), ("none", 0)] {
        let mut request = ScanRequest { query: Query::parse(query).unwrap(), limit: 10, cursor: None };
        let mut uris = Vec::new();
        loop {
            let page = store.scan(request.clone()).await.unwrap();
            uris.extend(page.records.into_iter().map(|record| record.uri));
            request.cursor = page.next;
            if request.cursor.is_none() {
                break;
            }
        }
        assert_eq!(uris.len(), expected, "{query}");
        uris.sort();
        uris.dedup();
        assert_eq!(uris.len(), expected, "{query}: none twice");
    }
    let request = ScanRequest { query: Query::default(), limit: 1, cursor: Some(Cursor("o1".into())) };
    assert_eq!(store.scan(request).await.unwrap_err().class(), ErrorClass::Request);
}
