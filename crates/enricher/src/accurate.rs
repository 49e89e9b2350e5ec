//! The accurate mode: a tagger whose names a transformer from a folder finds.
//! Left out: how it does that (`dateline_entities`).

use crate::{SetupError, TransformerConfig};
use dateline_entities::Tagger;

/// `tagger`, in the accurate mode where that is configured.
#[cfg(feature = "transformer")]
pub(crate) fn mode(tagger: Tagger, config: &TransformerConfig) -> Result<Tagger, SetupError> {
    use dateline_entities::{Transformer, TransformerFiles, TransformerSettings, VocabularyFile};

    let Some(folder) = &config.folder else { return Ok(tagger) };
    let file = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(|source| SetupError::TransformerFile { path, source })
    };
    let (description, weights) = (file("config.json")?, file("model.safetensors")?);
    // Newer folders have the first, older ones the others.
    let tokenizer = file("tokenizer.json").ok();
    let pieces = if tokenizer.is_some() { Vec::new() } else { file("vocab.txt")? };
    let preparation = file("tokenizer_config.json").ok();
    let vocabulary = tokenizer.as_deref().map_or_else(
        || VocabularyFile::VocabTxt(&pieces, preparation.as_deref()),
        VocabularyFile::TokenizerJson,
    );
    let settings = TransformerSettings { languages: config.languages.clone(), max_words: config.max_words };
    let files = TransformerFiles { config: &description, vocabulary, weights: &weights };
    let transformer = Transformer::from_files(files, settings)
        .map_err(|source| SetupError::Transformer { folder: folder.clone(), source })?;
    Ok(tagger.with_transformer(transformer))
}

/// Without transformers built in: `tagger`, or word of what is missing.
#[cfg(not(feature = "transformer"))]
pub(crate) fn mode(tagger: Tagger, config: &TransformerConfig) -> Result<Tagger, SetupError> {
    if config.folder.is_some() { Err(SetupError::NoTransformer) } else { Ok(tagger) }
}
