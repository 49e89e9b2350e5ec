//! What stands on the pages, from a small made-up report.

use dateline_bench::{Report, page};

fn sample() -> Report {
    serde_json::from_str(include_str!("sample.json")).expect("the sample is a report")
}

#[track_caller]
fn check(page: &str, lines: &[&str]) {
    for line in lines {
        assert!(page.lines().any(|own| own == *line), "no line `{line}` in\n{page}");
    }
}

#[test]
fn the_performance_page() {
    let page = page::performance(&[sample()]);
    check(
        &page,
        &[
            "## nats-server 2.12, written through before each acknowledgement",
            "Noisy: the load average was 1.5 on 2 cores before the run; 3 rounds are too few for a median; \
             rounds of 1 of 7 measurements differ by more than 15% from their median, of \"sink alone\" by up to \
             17%.",
            "| articles a second enriched on one core | >= 600 | 1250 |",
            "| enricher without work / relay ceiling | >= 0.90 | 0.95 |",
            "| whole pipeline / slowest stage alone | >= 0.60 | 0.67 |",
            "| sink / storage limit |  | 0.72 |",
            "| accepted to stored, p99 at 10% load, ms | < 50 | 40.0 |",
            "| accepted to stored, p99 at 50% load, ms | < 250 | 120.0 |",
            "| resident memory at peak load, MB | < 300 | 210 |",
            "| the same with articles of 1 MB, MB | bounded | 262 |",
            "| start until ready, ms | < 1000 | 410 |",
            "| whole pipeline | 1200 | 1% | 0.06 | 1.500 | 0.080 |",
            "| dates | 150.0 |",
            "| 50% of the whole pipeline | 600 | 40.0 | 80.0 | 120.0 | 180.0 |",
            "| articles of 1 MB | 250 |",
        ],
    );
    let several = page::performance(&[sample(), sample()]);
    assert_eq!(several.matches("## nats-server").count(), 2, "a section each, under one head");
}

#[test]
fn the_scaling_page() {
    check(
        &page::scaling(&sample()),
        &[
            "| enricher | 0.900 | 1111 |",
            "| broker, all streams, one replica | 0.060 | 16667 |",
            "| 10000 | 1190 | 1.510 | 0.210 | 0.520 | 0.460 | 0.35 | 0.18 |",
            "| 2000 | 1150 | 1.550 | 0.210 |",
            "| 1 | 35 | 1 | 1 | 1 | 1 | 1 | 18.9 |",
            "| 100 | 3472 | 1 | 7 | 4 | 2 | 1 | 1892.2 |",
        ],
    );
}

#[test]
fn the_terminal_says_what_speaks_against_the_figures() {
    check(
        &sample().to_string(),
        &[
            "noisy: the load average was 1.5 on 2 cores before the run",
            "noisy: 3 rounds are too few for a median",
            "noisy: rounds of 1 of 7 measurements differ by more than 15% from their median, of \"sink alone\" by \
             up to 17%",
        ],
    );
}

#[test]
fn a_quiet_run_says_nothing_of_noise() {
    let mut report = sample();
    report.machine.load_at_start = 0.1;
    report.plan.rounds = 5;
    for rate in &mut report.rates {
        let middle = rate.rounds[0];
        rate.rounds.fill(middle);
    }
    assert_eq!(report.noise(), Vec::<String>::new());
}

#[test]
fn figures_that_were_not_taken_are_dashes() {
    let mut report = sample();
    (report.growth, report.latencies) = (None, Vec::new());
    report.ready_ms.clear();
    check(
        &page::performance(std::slice::from_ref(&report)),
        &["| start until ready, ms | < 1000 | - |", "| accepted to stored, p99 at 10% load, ms | < 50 | - |"],
    );
    assert!(!page::scaling(&report).contains("What growth costs"));
}
