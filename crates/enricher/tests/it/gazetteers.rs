//! Own gazetteers: read at start, taken in when they change, kept when they break.

use dateline_enricher::{EnricherConfig, Enrichment, Refresh, SetupError};
use std::path::Path;

const FIRST: &str = "organisation\tcompany\tOberau Werke\t\twikipedia:\tDE\t\t70\n";
const SECOND: &str =
    "organisation\tcompany\tOberau Werke\t\twikipedia:\tDE\t\t70\nplace\ttown\tOberau\t\t\tDE\t\t60\n";

fn configured(path: &Path) -> EnricherConfig {
    EnricherConfig { gazetteers: vec![path.to_owned()], ..EnricherConfig::default() }
}

#[test]
fn a_changed_file_is_taken_in_and_a_bad_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.tsv");
    std::fs::write(&path, FIRST).unwrap();
    let enrichment = Enrichment::new(&configured(&path)).unwrap();
    assert!(matches!(enrichment.refresh_gazetteers(), Refresh::Unchanged));

    std::fs::write(&path, SECOND).unwrap();
    let Refresh::Reloaded(more) = enrichment.refresh_gazetteers() else { panic!("the file has changed") };
    assert!(matches!(enrichment.refresh_gazetteers(), Refresh::Unchanged));

    std::fs::write(&path, "planet\tx\tMars\n").unwrap();
    let Refresh::Kept(error) = enrichment.refresh_gazetteers() else { panic!("a planet is no kind") };
    let error = format!("{error:?}");
    assert!(error.contains("own.tsv") && error.contains("line: 1"), "{error}");
    assert!(matches!(enrichment.refresh_gazetteers(), Refresh::Unchanged), "told once");

    std::fs::remove_file(&path).unwrap();
    assert!(matches!(enrichment.refresh_gazetteers(), Refresh::Kept(SetupError::Gazetteer { .. })));
    std::fs::write(&path, FIRST).unwrap();
    let Refresh::Reloaded(fewer) = enrichment.refresh_gazetteers() else { panic!("the file is back") };
    assert_eq!(fewer + 1, more);
}

#[test]
fn a_missing_file_is_told_at_start() {
    let error = Enrichment::new(&configured(Path::new("no/such/list.tsv"))).unwrap_err();
    assert!(error.to_string().contains("no/such/list.tsv"), "{error}");
}
