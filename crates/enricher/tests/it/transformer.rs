//! The accurate mode by configuration: a folder read and used where it is built
//! in, and a clear word where it is not.

use dateline_enricher::{EnricherConfig, Enrichment, TransformerConfig};
use std::path::Path;

#[cfg(feature = "transformer")]
#[path = "../../../entities/tests/support/tiny_transformer.rs"]
#[expect(dead_code, reason = "the tests of the entities use more of it")]
mod tiny_transformer;

fn configured(folder: &Path) -> EnricherConfig {
    let transformer = TransformerConfig { folder: Some(folder.to_owned()), ..TransformerConfig::default() };
    EnricherConfig { transformer, ..EnricherConfig::default() }
}

#[cfg(not(feature = "transformer"))]
#[test]
fn a_program_without_it_says_so() {
    let config = configured(Path::new("/srv/models/names"));
    for error in [config.validate().unwrap_err(), Enrichment::new(&config).unwrap_err().to_string()] {
        assert!(error.contains("enricher.transformer.folder") && error.contains("--features"), "{error}");
    }
}

#[cfg(feature = "transformer")]
mod built_in {
    use super::*;
    use dateline_model::{Article, RawArticle, Source, SourceKind};
    use jiff::Timestamp;

    #[test]
    fn a_folder_finds_the_names() {
        let folder = tempfile::tempdir().unwrap();
        let model = tiny_transformer::lexicon(false);
        let file = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        file("config.json", &model.config);
        file("model.safetensors", &model.weights);
        let config = configured(folder.path());
        config.validate().unwrap();
        let error = Enrichment::new(&config).unwrap_err().to_string();
        assert!(error.contains("vocab.txt"), "{error}");

        file("vocab.txt", &model.vocabulary);
        let enrichment = Enrichment::new(&config).unwrap();
        assert!(enrichment.model_version().contains("+bert-"), "{}", enrichment.model_version());
        let text = "On Friday they said that Zorblat was lost to the sea and the wind.".to_owned();
        let article = Article { text, ..Article::default() };
        let wire = Source::new("wire", SourceKind::Push);
        let raw = RawArticle::identify(article, None, wire, Timestamp::UNIX_EPOCH);
        let record = enrichment.enrich(raw, Timestamp::UNIX_EPOCH).unwrap();
        let names: Vec<&str> = record.places.iter().map(|place| place.name.as_str()).collect();
        assert!(names.contains(&"Zorblat"), "{names:?}");

        file("model.safetensors", &model.weights[..99]);
        let error = Enrichment::new(&config).unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(error.to_string().contains("transformer") && cause.contains("damaged"), "{cause}");
    }
}
