//! Word classes: clusters of the static word embedding of an encoder.
//!
//! Reads the embedding table out of a safetensors file and its vocabulary,
//! and clusters whole words by the direction of their vectors (spherical
//! k-means); the fine clusters are clustered once more into coarse ones.

use crate::random::Random;
use anyhow::{Context, Result, bail};
use dateline_entities::training::class_key;
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// Name of the embedding table in the safetensors file.
const TABLE: &str = "embeddings.word_embeddings.weight";
const ROUNDS: usize = 15;

/// Word classes as the model stores them.
#[derive(Debug, Default)]
pub(crate) struct Classes {
    /// Coarse class of each fine one; index 0 is "no class".
    pub(crate) coarse: Vec<u16>,
    /// Key of each word and its fine class, from 1.
    pub(crate) words: Vec<(u32, u16)>,
}

/// Clusters the words of the encoder in `folder`.
pub(crate) fn cluster(folder: &Path, fine: usize, coarse: usize, seed: u64) -> Result<Classes> {
    let vectors = read_table(&folder.join("model.safetensors"))?;
    let vocabulary =
        std::fs::read_to_string(folder.join("vocab.txt")).context("read the encoder's vocab.txt")?;
    let (words, vectors): (Vec<&str>, Vec<Vec<f32>>) = vocabulary
        .lines()
        .zip(vectors)
        .filter(|(word, _)| is_word(word))
        .map(|(word, vector)| (word, unit(vector)))
        .unzip();
    if words.is_empty() {
        bail!("cluster words: the vocabulary has no whole words; is it this encoder's?");
    }
    let mut random = Random::new(seed);
    let (of_word, centres) = k_means(&vectors, fine, &mut random);
    let (of_centre, _) = k_means(&centres, coarse, &mut random);
    let words =
        words.iter().zip(&of_word).map(|(word, &class)| (class_key(word), short(class + 1))).collect();
    let coarse = std::iter::once(0).chain(of_centre.iter().map(|&class| short(class + 1))).collect();
    Ok(Classes { coarse, words })
}

fn short(class: usize) -> u16 {
    u16::try_from(class).unwrap_or(0)
}

/// Whole words only: no pieces, no marks and no special tokens.
fn is_word(word: &str) -> bool {
    !word.starts_with("##") && !word.starts_with('[') && word.chars().any(char::is_alphabetic)
}

#[derive(Debug, Deserialize)]
struct Tensor {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

/// The rows of the embedding table.
fn read_table(path: &Path) -> Result<Vec<Vec<f32>>> {
    let bytes = std::fs::read(path).with_context(|| format!("read encoder {}", path.display()))?;
    let (length, rest) = bytes.split_first_chunk::<8>().context("read encoder: file too short")?;
    let length = usize::try_from(u64::from_le_bytes(*length))?;
    let header = rest.get(..length).context("read encoder: header longer than the file")?;
    let mut header: HashMap<String, serde_json::Value> =
        serde_json::from_slice(header).context("read encoder: header is not JSON")?;
    let tensor = header.remove(TABLE).with_context(|| format!("read encoder: no tensor {TABLE}"))?;
    let tensor: Tensor = serde_json::from_value(tensor).context("read encoder: tensor header")?;
    if tensor.dtype != "F32" || tensor.shape.len() != 2 {
        bail!("read encoder: want a table of F32, found {} {:?}", tensor.dtype, tensor.shape);
    }
    let (start, end) = tensor.data_offsets;
    let data = rest[length..].get(start..end).context("read encoder: table longer than the file")?;
    let numbers: Vec<f32> = data.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
    Ok(numbers.chunks_exact(tensor.shape[1].max(1)).map(<[f32]>::to_vec).collect())
}

fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
    for x in &mut vector {
        *x /= length;
    }
    vector
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    for (a, b) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum()
}

/// Cluster of each vector, and the centres.
fn k_means(vectors: &[Vec<f32>], count: usize, random: &mut Random) -> (Vec<usize>, Vec<Vec<f32>>) {
    let mut order: Vec<usize> = (0..vectors.len()).collect();
    random.shuffle(&mut order);
    let mut centres: Vec<Vec<f32>> = order.iter().take(count).map(|&i| vectors[i].clone()).collect();
    let mut of_vector = vec![0; vectors.len()];
    for _ in 0..ROUNDS {
        for (vector, own) in vectors.iter().zip(&mut of_vector) {
            *own = nearest(vector, &centres);
        }
        let mut sums = vec![vec![0.0; vectors[0].len()]; centres.len()];
        for (vector, &own) in vectors.iter().zip(&of_vector) {
            sums[own].iter_mut().zip(vector).for_each(|(sum, x)| *sum += x);
        }
        for (centre, sum) in centres.iter_mut().zip(sums) {
            if sum.iter().any(|&x| x != 0.0) {
                *centre = unit(sum);
            }
        }
    }
    (of_vector, centres)
}

fn nearest(vector: &[f32], centres: &[Vec<f32>]) -> usize {
    let mut best = (0, f32::MIN);
    for (number, centre) in centres.iter().enumerate() {
        let similarity = dot(vector, centre);
        if similarity > best.1 {
            best = (number, similarity);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_of_one_direction_share_a_cluster() {
        let vectors: Vec<Vec<f32>> = (0..40)
            .map(|n| {
                let mut vector = vec![0.0; 8];
                vector[n % 2] = 1.0;
                vector[7] = if n < 20 { 0.1 } else { 0.2 };
                unit(vector)
            })
            .collect();
        let (of_vector, _) = k_means(&vectors, 2, &mut Random::new(3));
        assert!((0..38).all(|n| of_vector[n] == of_vector[n + 2]));
    }
}
