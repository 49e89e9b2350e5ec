//! `config.json`: which encoder it is, how large, and what its labels mean.

use super::TransformerError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Fewest positions of a usable model: room for a few words in their context.
const LEAST_POSITIONS: usize = 16;

/// Kind of encoder, by which its weights are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Bert,
    DistilBert,
}

impl Family {
    /// As `model_type` names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bert => "bert",
            Self::DistilBert => "distilbert",
        }
    }
}

/// What stands between the two halves of a feed-forward layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    Gelu,
    /// The approximation by the hyperbolic tangent.
    GeluTanh,
    Relu,
}

/// Sizes and kinds of all parts.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Architecture {
    pub(super) family: Family,
    pub(super) vocabulary: usize,
    pub(super) positions: usize,
    pub(super) hidden: usize,
    pub(super) inner: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) activation: Activation,
    /// What is added to a variance before its root is taken.
    pub(super) epsilon: f32,
    /// Names of the labels, by number.
    pub(super) labels: Vec<String>,
}

/// The keys that are read; both families' names for the same thing.
#[derive(Debug, Deserialize)]
struct Config {
    model_type: Option<String>,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(alias = "dim")]
    hidden_size: usize,
    #[serde(alias = "hidden_dim")]
    intermediate_size: usize,
    #[serde(alias = "n_layers")]
    num_hidden_layers: usize,
    #[serde(alias = "n_heads")]
    num_attention_heads: usize,
    #[serde(alias = "activation", default = "gelu")]
    hidden_act: String,
    #[serde(default = "epsilon")]
    layer_norm_eps: f32,
    position_embedding_type: Option<String>,
    #[serde(default)]
    id2label: BTreeMap<usize, String>,
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn epsilon() -> f32 {
    1e-12
}

impl Architecture {
    /// Reads `config.json`.
    pub(super) fn from_json(bytes: &[u8]) -> Result<Self, TransformerError> {
        let config: Config = serde_json::from_slice(bytes)
            .map_err(|source| TransformerError::Json { file: "config.json", source })?;
        let heads = config.num_attention_heads;
        if heads == 0 || config.hidden_size == 0 || !config.hidden_size.is_multiple_of(heads) {
            return Err(unsupported(format!("{heads} heads cannot share {} numbers", config.hidden_size)));
        }
        if config.max_position_embeddings < LEAST_POSITIONS {
            let positions = config.max_position_embeddings;
            return Err(unsupported(format!("{positions} positions, at least {LEAST_POSITIONS} are needed")));
        }
        if let Some(kind) = config.position_embedding_type.as_deref().filter(|&kind| kind != "absolute") {
            return Err(unsupported(format!("position_embedding_type {kind:?}; only \"absolute\" is")));
        }
        Ok(Self {
            family: family(config.model_type.as_deref())?,
            vocabulary: config.vocab_size,
            positions: config.max_position_embeddings,
            hidden: config.hidden_size,
            inner: config.intermediate_size,
            layers: config.num_hidden_layers,
            heads,
            activation: activation(&config.hidden_act)?,
            epsilon: config.layer_norm_eps,
            labels: labels(config.id2label)?,
        })
    }
}

fn family(model_type: Option<&str>) -> Result<Family, TransformerError> {
    match model_type {
        Some("bert") => Ok(Family::Bert),
        Some("distilbert") => Ok(Family::DistilBert),
        other => Err(unsupported(format!(
            "model_type {other:?} in config.json is not supported; \"bert\" and \"distilbert\" are"
        ))),
    }
}

fn activation(name: &str) -> Result<Activation, TransformerError> {
    match name {
        "gelu" => Ok(Activation::Gelu),
        "gelu_new" | "gelu_pytorch_tanh" => Ok(Activation::GeluTanh),
        "relu" => Ok(Activation::Relu),
        other => Err(unsupported(format!("activation {other:?}; gelu, gelu_new and relu are supported"))),
    }
}

/// The labels by number, without a gap.
fn labels(names: BTreeMap<usize, String>) -> Result<Vec<String>, TransformerError> {
    if names.is_empty() || names.keys().copied().ne(0..names.len()) {
        return Err(unsupported(
            "id2label in config.json must name every label from 0 on; this is no token classifier".to_owned(),
        ));
    }
    Ok(names.into_values().collect())
}

pub(super) fn unsupported(problem: String) -> TransformerError {
    TransformerError::Unsupported { problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERT: &str = r#"{"model_type": "bert", "vocab_size": 30, "max_position_embeddings": 64,
        "hidden_size": 8, "intermediate_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
        "id2label": {"1": "B-PER", "0": "O", "10": "I-LOC"}}"#;

    fn check(config: &str, problem: &str) {
        let error = Architecture::from_json(config.as_bytes()).expect_err(config).to_string();
        assert!(error.contains(problem), "{error} for {config}");
    }

    #[test]
    fn what_cannot_be_run_is_told() {
        check("{}", "config.json");
        check(BERT, "must name every label");
        let sound = BERT.replace("10", "2");
        assert_eq!(Architecture::from_json(sound.as_bytes()).unwrap().labels, ["O", "B-PER", "I-LOC"]);
        check(&sound.replace("\"bert\"", "\"roberta\""), "roberta");
        check(&sound.replace("heads\": 2", "heads\": 3"), "3 heads");
        check(&sound.replace("64", "8"), "8 positions");
        check(&sound.replace("\"id2label\"", "\"hidden_act\": \"mish\", \"id2label\""), "mish");
        let relative = "\"position_embedding_type\": \"relative_key\", \"id2label\"";
        check(&sound.replace("\"id2label\"", relative), "relative_key");
    }
}
