//! The encoder: embeddings, blocks of attention and feed-forward layers, and
//! the head that scores the labels (Vaswani and others 2017; Devlin and others
//! 2019). Normalisation stands behind each sum, as in BERT.

use super::TransformerError;
use super::architecture::{Activation, Architecture, Family};
use super::layers::{LayerNorm, Linear, softmax};
use super::tensors::Tensors;
use ndarray::{Array2, Axis, Slice};

/// All weights, ready for use.
#[derive(Debug)]
pub(super) struct Encoder {
    /// A row a piece of the vocabulary.
    words: Array2<f32>,
    /// A row a position; where the family has embeddings of text parts, those
    /// of the first part are added already.
    positions: Array2<f32>,
    norm: LayerNorm,
    blocks: Vec<Block>,
    head: Linear,
    heads: usize,
    activation: Activation,
}

#[derive(Debug)]
struct Block {
    query: Linear,
    key: Linear,
    value: Linear,
    joined: Linear,
    attention_norm: LayerNorm,
    widened: Linear,
    narrowed: Linear,
    output_norm: LayerNorm,
}

/// What a family calls the parts of a block.
struct Names {
    block: &'static str,
    query: &'static str,
    key: &'static str,
    value: &'static str,
    joined: &'static str,
    attention_norm: &'static str,
    widened: &'static str,
    narrowed: &'static str,
    output_norm: &'static str,
}

const BERT: Names = Names {
    block: "bert.encoder.layer",
    query: "attention.self.query",
    key: "attention.self.key",
    value: "attention.self.value",
    joined: "attention.output.dense",
    attention_norm: "attention.output.LayerNorm",
    widened: "intermediate.dense",
    narrowed: "output.dense",
    output_norm: "output.LayerNorm",
};

const DISTILBERT: Names = Names {
    block: "distilbert.transformer.layer",
    query: "attention.q_lin",
    key: "attention.k_lin",
    value: "attention.v_lin",
    joined: "attention.out_lin",
    attention_norm: "sa_layer_norm",
    widened: "ffn.lin1",
    narrowed: "ffn.lin2",
    output_norm: "output_layer_norm",
};

impl Encoder {
    /// The encoder with the weights of `tensors`.
    pub(super) fn new(of: &Architecture, tensors: &Tensors<'_>) -> Result<Self, TransformerError> {
        let embeddings = format!("{}.embeddings", of.family.name());
        let words = format!("{embeddings}.word_embeddings.weight");
        let mut positions =
            tensors.matrix(&format!("{embeddings}.position_embeddings.weight"), of.positions, of.hidden)?;
        if of.family == Family::Bert {
            let name = format!("{embeddings}.token_type_embeddings.weight");
            let parts = tensors.matrix(&name, tensors.rows(&name).max(1), of.hidden)?;
            positions += &parts.row(0);
        }
        Ok(Self {
            words: tensors.matrix(&words, of.vocabulary, of.hidden)?,
            positions,
            norm: tensors.norm(&format!("{embeddings}.LayerNorm"), of.hidden, of.epsilon)?,
            blocks: (0..of.layers).map(|layer| Block::new(layer, of, tensors)).collect::<Result<_, _>>()?,
            head: tensors.linear("classifier", of.hidden, of.labels.len())?,
            heads: of.heads,
            activation: of.activation,
        })
    }

    /// Pieces that a sequence may have, its marks of start and end included.
    pub(super) fn positions(&self) -> usize {
        self.positions.nrows()
    }

    /// Scores of every label for every piece: a row a piece. The sequence is no
    /// longer than [`Self::positions`], its numbers are of the vocabulary.
    pub(super) fn logits(&self, pieces: &[u32]) -> Array2<f32> {
        let mut hidden = Array2::zeros((pieces.len(), self.words.ncols()));
        for (position, (&piece, mut row)) in pieces.iter().zip(hidden.rows_mut()).enumerate() {
            row += &self.words.row(piece as usize);
            row += &self.positions.row(position);
        }
        self.norm.apply(&mut hidden);
        for block in &self.blocks {
            hidden = block.apply(&hidden, self.heads, self.activation);
        }
        self.head.apply(&hidden.view())
    }
}

impl Block {
    fn new(layer: usize, of: &Architecture, tensors: &Tensors<'_>) -> Result<Self, TransformerError> {
        let names = match of.family {
            Family::Bert => BERT,
            Family::DistilBert => DISTILBERT,
        };
        let path = |part: &str| format!("{}.{layer}.{part}", names.block);
        let square = |part: &str| tensors.linear(&path(part), of.hidden, of.hidden);
        let norm = |part: &str| tensors.norm(&path(part), of.hidden, of.epsilon);
        Ok(Self {
            query: square(names.query)?,
            key: square(names.key)?,
            value: square(names.value)?,
            joined: square(names.joined)?,
            attention_norm: norm(names.attention_norm)?,
            widened: tensors.linear(&path(names.widened), of.hidden, of.inner)?,
            narrowed: tensors.linear(&path(names.narrowed), of.inner, of.hidden)?,
            output_norm: norm(names.output_norm)?,
        })
    }

    fn apply(&self, hidden: &Array2<f32>, heads: usize, activation: Activation) -> Array2<f32> {
        let mut attended = self.joined.apply(&self.attend(hidden, heads).view());
        attended += hidden;
        self.attention_norm.apply(&mut attended);
        let mut inner = self.widened.apply(&attended.view());
        activation.apply(&mut inner);
        let mut output = self.narrowed.apply(&inner.view());
        output += &attended;
        self.output_norm.apply(&mut output);
        output
    }

    /// Every piece looks at all pieces, in each head with a slice of the numbers.
    #[expect(clippy::cast_precision_loss, reason = "a head has a few hundred numbers")]
    fn attend(&self, hidden: &Array2<f32>, heads: usize) -> Array2<f32> {
        let query = self.query.apply(&hidden.view());
        let key = self.key.apply(&hidden.view());
        let value = self.value.apply(&hidden.view());
        let size = hidden.ncols() / heads;
        let factor = 1.0 / (size as f32).sqrt();
        let mut joined = Array2::zeros(hidden.dim());
        for head in 0..heads {
            let part = Slice::from(head * size..(head + 1) * size);
            let of_head = |numbers: &Array2<f32>| numbers.slice_axis(Axis(1), part).to_owned();
            let mut shares = of_head(&query).dot(&of_head(&key).t());
            shares *= factor;
            softmax(&mut shares);
            joined.slice_axis_mut(Axis(1), part).assign(&shares.dot(&of_head(&value)));
        }
        joined
    }
}
