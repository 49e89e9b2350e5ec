//! Dates and entities over all articles.

use crate::Harness;
use crate::fixture::{draft, id, write};
use dateline_model::EntityType::{Organisation, Person, Place};
use dateline_store::{Cursor, ErrorClass, ProfileRequest, Query, Store, TimelineRequest, VersionRequest};

/// Each date with the number of articles that speak of it.
async fn dates(store: &dyn Store, query: &str) -> Vec<String> {
    let request = TimelineRequest::new(Query::parse(query).unwrap());
    let entries = store.timeline(request).await.unwrap().dates;
    entries.iter().map(|entry| format!("{} {}", entry.value, entry.articles)).collect()
}

pub(crate) async fn dates_in_order(harness: &impl Harness) {
    let store = harness.open().await;
    write(&*store, draft("a", "x").names(Person, "Ada").speaks_of("2023-11-03").speaks_of("2023")).await;
    write(&*store, draft("b", "x y").headline("Title").at(1).speaks_of("2023-11-03").speaks_of("2020")).await;
    write(&*store, draft("c", "z").speaks_of("2021")).await;
    write(&*store, draft("d", "x").speaks_of("2022").retracted()).await;
    assert_eq!(dates(&*store, "").await, ["2020 1", "2021 1", "2023 1", "2023-11-03 2"]);
    assert_eq!(dates(&*store, "y").await, ["2020 1", "2023-11-03 1"]);
    assert_eq!(dates(&*store, "person:ada").await, ["2023 1", "2023-11-03 1"]);
    assert_eq!(dates(&*store, "about-date:2023-11").await, ["2023-11-03 2"]);
    assert!(dates(&*store, "nothing").await.is_empty());
    let mut request = TimelineRequest::new(Query::default());
    request.limit = 1;
    let entry = store.timeline(request).await.unwrap().dates.remove(0);
    assert_eq!((entry.value.as_str(), entry.articles), ("2023-11-03", 2));
    assert_eq!((entry.uri, entry.headline.as_deref()), (id("b").uri(), Some("Title")));
}

pub(crate) async fn dates_page_by_page(harness: &impl Harness) {
    let store = harness.open().await;
    for (name, days) in [("a", ["2020", "2021"]), ("b", ["2020", "2022"]), ("c", ["2019", "2023"])] {
        write(&*store, days.iter().fold(draft(name, "x"), |draft, day| draft.speaks_of(day))).await;
    }
    let check = async |limit: usize, expected: &[&[&str]]| {
        let mut request = TimelineRequest { limit, ..TimelineRequest::new(Query::default()) };
        let mut pages = Vec::new();
        loop {
            let page = store.timeline(request.clone()).await.unwrap();
            pages.push(page.dates.into_iter().map(|entry| entry.value).collect::<Vec<_>>());
            request.cursor = page.next;
            if request.cursor.is_none() {
                break;
            }
        }
        assert_eq!(pages, expected, "{limit}");
    };
    check(2, &[&["2020", "2023"], &["2021", "2022"], &["2019"]]).await;
    check(4, &[&["2020", "2021", "2022", "2023"], &["2019"]]).await;
    check(5, &[&["2019", "2020", "2021", "2022", "2023"]]).await;
    let odd = TimelineRequest { cursor: Some(Cursor("a1".into())), ..TimelineRequest::new(Query::default()) };
    assert_eq!(store.timeline(odd).await.unwrap_err().class(), ErrorClass::Request);
}

pub(crate) async fn versions_page_by_page(harness: &impl Harness) {
    let store = harness.open().await;
    for at in 0..5 {
        write(&*store, draft("a", &format!("text {at}")).at(at)).await;
    }
    write(&*store, draft("a", "text 4").at(4).retracted()).await;
    let mut request = VersionRequest { id: id("a"), limit: 2, cursor: None };
    let mut seen = Vec::new();
    loop {
        let page = store.version_page(request.clone()).await.unwrap();
        assert!(page.versions.len() <= 2);
        seen.extend(page.versions.iter().map(|one| (one.record.body().to_owned(), one.info.retracted)));
        request.cursor = page.next;
        if request.cursor.is_none() {
            break;
        }
        // What arrives in between shifts nothing.
        write(&*store, draft("a", &format!("late {}", seen.len())).at(100)).await;
    }
    let expected = [(4, true), (4, false), (3, false), (2, false), (1, false), (0, false)];
    assert_eq!(seen, expected.map(|(at, retracted)| (format!("text {at}"), retracted)));
    let odd = VersionRequest { cursor: Some(Cursor("o1".into())), ..request };
    assert_eq!(store.version_page(odd).await.unwrap_err().class(), ErrorClass::Request);
}

pub(crate) async fn an_entity_over_time(harness: &impl Harness) {
    let store = harness.open().await;
    let named = |name: &str, day: &str| draft(name, name).published(day).names(Person, "Joe Biden");
    write(&*store, named("a", "2023-11-07").names(Place, "Gaza").names(Person, "Joe Biden")).await;
    write(&*store, named("b", "2023-11-07").names(Place, "Gaza").names(Organisation, "NATO")).await;
    write(&*store, draft("c", "c").published("2023-11-09").names(Person, "Hunter Biden")).await;
    write(&*store, draft("d", "d").names(Place, "Gaza")).await;
    let profile = store.profile(ProfileRequest::new("biden")).await.unwrap();
    let shown = |entities: &[dateline_store::EntityCount]| -> Vec<String> {
        entities.iter().map(|e| format!("{} {} {} {}", e.kind, e.name, e.articles, e.mentions)).collect()
    };
    assert_eq!(shown(&profile.entities), ["person Joe Biden 2 3", "person Hunter Biden 1 1"]);
    assert_eq!(shown(&profile.together_with), ["place Gaza 2 2", "organisation NATO 1 1"]);
    let days: Vec<_> =
        profile.days.iter().map(|d| format!("{} {} {}", d.day, d.articles, d.mentions)).collect();
    assert_eq!(days, ["2023-11-07 2 3", "2023-11-09 1 1"]);
    assert_eq!(
        store.profile(ProfileRequest::new("nobody")).await.unwrap(),
        dateline_store::EntityProfile::default()
    );
    let places = ProfileRequest { kind: Some(Place), ..ProfileRequest::new("biden") };
    assert!(store.profile(places).await.unwrap().entities.is_empty());
}
