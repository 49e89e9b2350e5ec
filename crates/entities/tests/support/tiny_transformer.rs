//! Tiny token classifiers for tests: folders as the operator has them, with
//! weights by formula. Included by path where it is needed.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A model folder, as bytes.
pub(crate) struct Folder {
    pub(crate) config: Vec<u8>,
    pub(crate) vocabulary: Vec<u8>,
    pub(crate) weights: Vec<u8>,
}

/// Sizes by which the weights of a family are laid out.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub(crate) vocabulary: usize,
    pub(crate) positions: usize,
    pub(crate) hidden: usize,
    pub(crate) inner: usize,
    pub(crate) layers: usize,
    pub(crate) labels: usize,
}

/// A model that takes "Quimby" and "Vex" for persons, "Zorblat" for a place and
/// every other word for none: embeddings that say the label, and blocks that
/// add nothing to them. `weights` are of type F32, or BF16 where `halved`.
pub(crate) fn lexicon(halved: bool) -> Folder {
    let labels = ["O", "I-PER", "I-ORG", "I-LOC"];
    let vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "quimby", "vex", "zorblat", "zor", "##blat"];
    let said = [0, 0, 0, 0, 1, 1, 3, 0, 0];
    let sizes = Sizes { vocabulary: 9, positions: 20, hidden: 8, inner: 8, layers: 1, labels: 4 };
    let mut tensors = BTreeMap::new();
    for (name, shape) in bert_shapes(sizes) {
        let columns = shape[shape.len() - 1];
        let count: usize = shape.iter().product();
        let one = |index: usize| match name.as_str() {
            "bert.embeddings.word_embeddings.weight" => index % columns == said[index / columns],
            "classifier.weight" => index % columns == index / columns,
            other => other.ends_with("LayerNorm.weight"),
        };
        let numbers: Vec<f32> = (0..count).map(|index| f32::from(u8::from(one(index)))).collect();
        tensors.insert(name.clone(), (shape.clone(), numbers));
    }
    // Sure of itself: the scores of the labels lie far apart.
    if let Some((_, head)) = tensors.get_mut("classifier.weight") {
        for weight in head.iter_mut() {
            *weight *= 4.0;
        }
    }
    let names: BTreeMap<String, &str> = (0..).map(|n: u8| n.to_string()).zip(labels).collect();
    let config = json!({
        "model_type": "bert", "vocab_size": sizes.vocabulary, "max_position_embeddings": sizes.positions,
        "hidden_size": sizes.hidden, "intermediate_size": sizes.inner, "num_hidden_layers": sizes.layers,
        "num_attention_heads": 2, "id2label": names,
    });
    Folder {
        config: config.to_string().into_bytes(),
        vocabulary: vocabulary.join("\n").into_bytes(),
        weights: safetensors(&tensors, halved),
    }
}

/// Weights drawn by a simple formula, the same as in `reference.py`.
pub(crate) fn drawn(shapes: &BTreeMap<String, Vec<usize>>) -> Vec<u8> {
    let mut state: u64 = 42;
    let mut tensors = BTreeMap::new();
    for (name, shape) in shapes {
        let is_scale = name.ends_with("LayerNorm.weight") || name.ends_with("layer_norm.weight");
        let count = shape.iter().product();
        let numbers = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            #[expect(clippy::cast_precision_loss, reason = "24 bits, which a float holds")]
            let share = (state >> 40) as f32 / 16_777_216.0;
            (share - 0.5) / 2.0 + f32::from(u8::from(is_scale))
        });
        tensors.insert(name.clone(), (shape.clone(), numbers.take(count).collect()));
    }
    safetensors(&tensors, false)
}

/// Names and shapes of the weights of a BERT.
pub(crate) fn bert_shapes(sizes: Sizes) -> BTreeMap<String, Vec<usize>> {
    let Sizes { vocabulary, positions, hidden, inner, layers, labels } = sizes;
    let mut shapes = BTreeMap::new();
    let embeddings = "bert.embeddings";
    shapes.insert(format!("{embeddings}.word_embeddings.weight"), vec![vocabulary, hidden]);
    shapes.insert(format!("{embeddings}.position_embeddings.weight"), vec![positions, hidden]);
    shapes.insert(format!("{embeddings}.token_type_embeddings.weight"), vec![2, hidden]);
    vectors(&mut shapes, &format!("{embeddings}.LayerNorm"), hidden);
    for layer in 0..layers {
        let block = format!("bert.encoder.layer.{layer}");
        for part in ["self.query", "self.key", "self.value", "output.dense"] {
            linear(&mut shapes, &format!("{block}.attention.{part}"), hidden, hidden);
        }
        vectors(&mut shapes, &format!("{block}.attention.output.LayerNorm"), hidden);
        linear(&mut shapes, &format!("{block}.intermediate.dense"), hidden, inner);
        linear(&mut shapes, &format!("{block}.output.dense"), inner, hidden);
        vectors(&mut shapes, &format!("{block}.output.LayerNorm"), hidden);
    }
    linear(&mut shapes, "classifier", hidden, labels);
    shapes
}

fn linear(shapes: &mut BTreeMap<String, Vec<usize>>, name: &str, inputs: usize, outputs: usize) {
    shapes.insert(format!("{name}.weight"), vec![outputs, inputs]);
    shapes.insert(format!("{name}.bias"), vec![outputs]);
}

fn vectors(shapes: &mut BTreeMap<String, Vec<usize>>, name: &str, size: usize) {
    shapes.insert(format!("{name}.weight"), vec![size]);
    shapes.insert(format!("{name}.bias"), vec![size]);
}

/// The bytes of a safetensors file: length of the header, header, numbers.
fn safetensors(tensors: &BTreeMap<String, (Vec<usize>, Vec<f32>)>, halved: bool) -> Vec<u8> {
    let mut header = serde_json::Map::new();
    let mut data: Vec<u8> = Vec::new();
    for (name, (shape, numbers)) in tensors {
        let start = data.len();
        for number in numbers {
            let bytes = number.to_le_bytes();
            data.extend(if halved { &bytes[2..] } else { &bytes[..] });
        }
        let kind = if halved { "BF16" } else { "F32" };
        let entry: Value = json!({"dtype": kind, "shape": shape, "data_offsets": [start, data.len()]});
        header.insert(name.clone(), entry);
    }
    let mut header = Value::Object(header).to_string();
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.into_bytes());
    file.extend(data);
    file
}
