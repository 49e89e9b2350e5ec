//! Whether those who asked kept to their manners, judged by what the server wrote down.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use super::Visit;

/// What was promised to every host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// Requests under way at once.
    pub per_host: usize,
    /// Pause from the end of a request to the next one.
    pub delay: Duration,
}

/// Visits that broke the promise, in words.
///
/// The end of a request is seen by who asked after the server has noted its beginning, and
/// before it begins the next one; so two beginnings are a pause apart at least, however busy the
/// machine is. Only requests that were given up before the server read them may seem closer.
#[must_use]
pub fn rude_visits(visits: &[Visit], manners: Manners) -> Vec<String> {
    let mut hosts: BTreeMap<IpAddr, Vec<&Visit>> = BTreeMap::new();
    for visit in visits {
        hosts.entry(visit.host).or_default().push(visit);
    }
    let mut rude = Vec::new();
    for (host, mut visits) in hosts {
        visits.sort_by_key(|visit| visit.began);
        for (at, visit) in visits.iter().enumerate().skip(manners.per_host) {
            let before = visits[at - manners.per_host];
            let apart = visit.began.duration_since(before.began);
            if apart < manners.delay {
                rude.push(format!("{host}: {} {apart:?} after {}", visit.path, before.path));
            }
        }
        for (at, visit) in visits.iter().enumerate() {
            // The answer was on its way, whole or not, when the next one came.
            let beside = visits[..at].iter().filter(|other| other.ended > visit.began).count();
            if beside >= manners.per_host {
                rude.push(format!("{host}: {} beside {beside} others", visit.path));
            }
        }
    }
    rude
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;
    use std::time::Instant;

    fn check(per_host: usize, visits: &[(u8, u64, u64)], rude: usize) {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let visit = |&(host, began, ended): &(u8, u64, u64)| Visit {
            method: "GET".to_owned(),
            host: IpAddr::V4(Ipv4Addr::new(127, 0, 0, host)),
            path: format!("/{began}"),
            headers: BTreeMap::new(),
            body: Vec::new(),
            status: 200,
            began: at(began),
            ended: at(ended),
        };
        let visits: Vec<Visit> = visits.iter().map(visit).collect();
        let found = rude_visits(&visits, Manners { per_host, delay: Duration::from_millis(100) });
        assert_eq!(found.len(), rude, "{found:?}");
    }

    #[test]
    fn haste_and_crowds_are_seen() {
        check(1, &[(1, 0, 10), (1, 110, 120), (2, 20, 30)], 0);
        check(1, &[(1, 0, 10), (1, 90, 95)], 1);
        check(1, &[(1, 0, 500), (1, 300, 310)], 1);
        check(2, &[(1, 0, 500), (1, 120, 310)], 0);
        check(2, &[(1, 0, 500), (1, 120, 510), (1, 240, 250)], 1);
    }
}
