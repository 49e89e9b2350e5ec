//! Several producers, and several sources on one host.

use super::polling::{JSON, list};
use super::site::eager;
use crate::support::Rig;
use dateline_producer::FeedsConfig;
use dateline_producer::fetch::HttpConfig;
use dateline_runtime::units::HumanDuration;
use dateline_testkit::{Manner, Manners, Reply, Visit, WebServer, eventually_true, rude_visits};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

/// Every source on a host of its own.
fn sources(server: &WebServer, count: u8) -> Vec<(String, String)> {
    let host = |number| IpAddr::V4(Ipv4Addr::new(127, 0, 1, number));
    (1..=count)
        .map(|number| (format!("s{number}"), server.url_at(host(number), &format!("/{number}"))))
        .collect()
}

async fn add(rig: &Rig, sources: &[(String, String)]) {
    let sources: Vec<(&str, String)> =
        sources.iter().map(|(name, url)| (name.as_str(), url.clone())).collect();
    rig.add(&sources).await;
}

#[tokio::test]
async fn no_source_is_asked_by_two_producers_at_once() {
    let rig = Rig::start().await;
    let server = WebServer::start(|request| {
        let manner = Manner::Late(Duration::from_millis(40));
        Reply::ok(JSON, list(&[&request.path[1..]])).manner(manner)
    })
    .await;
    let sources = sources(&server, 8);
    add(&rig, &sources).await;
    let config = eager();
    let (one, two, three) =
        tokio::join!(rig.poll_as("one", &config), rig.poll_as("two", &config), rig.poll_as("three", &config));
    eventually_true("polls", async || (1..=8).all(|number| server.count(&format!("/{number}")) >= 6)).await;
    tokio::join!(one.end(), two.end(), three.end());
    let visits = server.visits();
    // Each host holds one source, and is asked by one producer at a time: 50 ms apart at least.
    let apart = Manners { per_host: 1, delay: Duration::from_millis(50) };
    assert_eq!(rude_visits(&visits, apart), Vec::<String>::new());
    assert_eq!(rig.count().await, 8, "each item once");
}

#[tokio::test]
async fn a_crowded_host_does_not_hold_up_the_others() {
    let rig = Rig::start().await;
    let server = WebServer::start(|request| {
        let crowded = request.path.starts_with("/crowded");
        let wait = Duration::from_millis(if crowded { 300 } else { 1 });
        Reply::ok(JSON, list(&[&request.path[1..]])).manner(Manner::Late(wait))
    })
    .await;
    let crowd: Vec<(String, String)> =
        (0..40).map(|number| (format!("c{number}"), server.url(&format!("/crowded/{number}")))).collect();
    add(&rig, &crowd).await;
    add(&rig, &sources(&server, 4)).await;
    let config = FeedsConfig {
        concurrent: 8,
        http: HttpConfig { host_delay: HumanDuration(Duration::from_millis(100)), ..eager().http },
        ..eager()
    };
    let polling = rig.poll_as("one", &config).await;
    // All of the crowd takes 16 seconds; a host of its own is asked again and again meanwhile.
    let busy = |visit: &&Visit| visit.path.starts_with("/crowded");
    eventually_true("the others", async || (1..=4).all(|number| server.count(&format!("/{number}")) >= 8))
        .await;
    let asked = server.visits().iter().filter(busy).count();
    assert!(asked < 40, "{asked} of the crowd were asked before the others had their turns");
    polling.end().await;
    let manners = Manners { per_host: 1, delay: Duration::from_millis(100) };
    assert_eq!(rude_visits(&server.visits(), manners), Vec::<String>::new());
}
