//! docs/metrics.md is the page that the table of metrics gives.

use dateline_runtime::telemetry::catalogue::metrics_page;
use std::path::Path;

#[test]
fn the_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, metrics_page()).expect("docs/ can be written");
    }
    let page = std::fs::read_to_string(&path).expect("docs/metrics.md is there");
    assert!(page == metrics_page(), "run: UPDATE_DOCS=1 cargo test -p dateline-runtime --test metrics_page");
}
