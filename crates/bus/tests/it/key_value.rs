//! Buckets: a write that was outrun changes nothing and says so.

use crate::support::Rig;
use dateline_bus::{BusError, Key, KeyValue, Revision, Write};
use dateline_model::SubjectToken;

const BUCKET: &str = "DATELINE_SOURCES";

fn key(name: &str) -> Key {
    Key::new("state", &SubjectToken::new(name))
}

async fn bucket(rig: &Rig) -> KeyValue {
    rig.bus.key_value(BUCKET).await.unwrap()
}

async fn value(bucket: &KeyValue, name: &str) -> Option<String> {
    let entry = bucket.get(&key(name)).await.unwrap();
    entry.map(|entry| String::from_utf8_lossy(&entry.value).into_owned())
}

#[tokio::test]
async fn of_two_writers_one_is_outrun() {
    let rig = Rig::start().await;
    let (first, second) = (bucket(&rig).await, rig.other_bus().await.key_value(BUCKET).await.unwrap());
    assert_eq!(value(&first, "a").await, None);
    let Write::Done(one) = first.put(&key("a"), "1".into(), Revision::NONE).await.unwrap() else {
        panic!("nobody else wrote");
    };
    assert_eq!(second.put(&key("a"), "2".into(), Revision::NONE).await.unwrap(), Write::Outrun);
    assert_eq!(second.get(&key("a")).await.unwrap().unwrap().revision, one);
    assert!(matches!(second.put(&key("a"), "3".into(), one).await.unwrap(), Write::Done(two) if two > one));
    assert_eq!(first.put(&key("a"), "4".into(), one).await.unwrap(), Write::Outrun);
    assert_eq!(value(&first, "a").await.as_deref(), Some("3"));
}

#[tokio::test]
async fn only_the_newest_value_is_kept_and_a_deleted_key_starts_over() {
    let rig = Rig::start().await;
    let bucket = bucket(&rig).await;
    let mut revision = Revision::NONE;
    for text in ["1", "2", "3"] {
        let Write::Done(next) = bucket.put(&key("a"), text.into(), revision).await.unwrap() else {
            panic!("nobody else wrote");
        };
        revision = next;
    }
    let context = rig.raw_context().await;
    let stream = context.get_stream("KV_DATELINE_SOURCES").await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 1);
    assert!(bucket.delete(&key("a")).await.unwrap());
    assert!(!bucket.delete(&key("a")).await.unwrap());
    assert_eq!(value(&bucket, "a").await, None);
    assert_eq!(bucket.put(&key("a"), "late".into(), revision).await.unwrap(), Write::Outrun);
    assert!(matches!(bucket.put(&key("a"), "new".into(), Revision::NONE).await.unwrap(), Write::Done(_)));
}

#[tokio::test]
async fn names_of_a_family_are_listed_and_hostile_ones_stay_inside() {
    let rig = Rig::start().await;
    let bucket = bucket(&rig).await;
    assert_eq!(bucket.names("state").await.unwrap(), []);
    for name in ["wire", "a.b", ">", "*"] {
        bucket.put(&key(name), name.into(), Revision::NONE).await.unwrap();
    }
    let other = Key::new("added", &SubjectToken::new("x"));
    bucket.put(&other, "x".into(), Revision::NONE).await.unwrap();
    let mut expected: Vec<SubjectToken> = ["wire", "a.b", ">", "*"].map(SubjectToken::new).to_vec();
    expected.sort();
    assert_eq!(bucket.names("state").await.unwrap(), expected);
    assert_eq!(bucket.names("added").await.unwrap(), [SubjectToken::new("x")]);
}

#[tokio::test]
async fn values_outlive_the_server() {
    let mut rig = Rig::start().await;
    let bucket = bucket(&rig).await;
    bucket.put(&key("a"), "1".into(), Revision::NONE).await.unwrap();
    rig.server.restart();
    dateline_testkit::eventually_true(
        "the value to come back",
        async || matches!(bucket.get(&key("a")).await, Ok(Some(entry)) if entry.value == "1"),
    )
    .await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused_with_a_reason() {
    let rig = Rig::start().await;
    let error = rig.bus.key_value("NOTHING").await.unwrap_err();
    let chain = dateline_runtime::ErrorChain(&error).to_string();
    assert!(chain.contains("no bucket `NOTHING`"), "{chain}");
    let bucket = bucket(&rig).await;
    let huge = vec![b'x'; 9 << 20];
    let error = bucket.put(&key("a"), huge.into(), Revision::NONE).await.unwrap_err();
    assert!(matches!(error, BusError::TooLarge { .. }), "{error:?}");
}
