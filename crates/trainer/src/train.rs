//! The training run: corpora in, model file out.

use crate::calibrate;
use crate::corpus::{self, Annotated};
use crate::crf::{Crf, Settings};
use crate::examples::{self, Coverage, Example, FeatureMap};
use crate::lattice::Labels;
use crate::pools::Pools;
use crate::random::Random;
use crate::recipe::{self, Source};
use crate::score::Score;
use crate::{swap, wire};
use anyhow::{Context, Result, bail};
use dateline_entities::training::labels::{LABELS, may_end, may_follow, may_start};
use dateline_entities::training::{Extractor, ModelData, Row, SentenceFeatures, SequenceTagger};
use dateline_entities::{EntityKind, Gazetteer};
use dateline_text::Document;
use std::path::{Path, PathBuf};

type Sentence = (SentenceFeatures, Vec<u32>, f32);

/// Everything that `train` needs to know.
#[derive(Debug)]
pub(crate) struct Plan<'p> {
    pub(crate) data: &'p Path,
    pub(crate) settings: Settings,
    /// Features seen less often get no weight.
    pub(crate) least: u32,
    /// Rows in the shipped model.
    pub(crate) rows: usize,
    /// Weight of a copy of the hand-corrected news with other names in it.
    pub(crate) swapped: f32,
    /// Made-up texts of each pattern of the news wires, and their weight.
    pub(crate) wire: (usize, f32),
    /// Weight of a copy of the news in capitals and in headline capitals.
    pub(crate) shouted: f32,
    /// Models that the shipped one is the mean of.
    pub(crate) bag: u64,
    /// File of the hashes of the features that the first pass chose.
    pub(crate) chosen: PathBuf,
    /// Whether to believe that file when it is there.
    pub(crate) resume: bool,
}

/// Trains a model on the recipe's corpora.
pub(crate) fn run(plan: &Plan<'_>, extractor: &Extractor, tell: &mut dyn FnMut(&str)) -> Result<ModelData> {
    let development = read_development(plan.data)?;
    let pools = Pools::new(extractor.gazetteer());
    let mut map = FeatureMap::default();
    let mut sentences: Vec<Sentence> = Vec::new();
    for source in &recipe::TRAINING {
        let mut documents = corpus::read(&plan.data.join(source.file))?;
        if source.file.starts_with(NEWS) {
            teams_are_places(&mut documents, &pools);
        }
        add_source(source, &documents, extractor, &mut map, &mut sentences);
        tell(&format!("{}: {} sentences so far", source.file, sentences.len()));
    }
    add_made_up(plan, extractor, &mut map, &mut sentences)?;
    tell(&format!("made up: {} sentences so far", sentences.len()));
    let mut pruned = FeatureMap::default();
    pruned.keep(chosen_features(plan, map, &sentences, (&development, extractor), tell)?);
    let second = Settings { epochs: plan.settings.epochs.div_ceil(2), ..plan.settings };
    tell(&format!("training again on the {} strongest features", pruned.hashes().len()));
    let mut crf = train_rows(second, &pruned, &sentences, (&development, extractor), tell);
    for more in 1..plan.bag {
        let other = Settings { seed: second.seed + more, ..second };
        crf.add(&train_rows(other, &pruned, &sentences, (&development, extractor), tell));
    }
    crf.divide(plan.bag);
    report(&crf, &pruned, &development, extractor, tell);
    Ok(quantise(&crf, &pruned))
}

/// Hashes of the features that are worth their place: the strongest of a model
/// of all features, or what an interrupted run had found.
fn chosen_features(
    plan: &Plan<'_>,
    mut map: FeatureMap,
    sentences: &[Sentence],
    measure: (&Development, &Extractor),
    tell: &mut dyn FnMut(&str),
) -> Result<Vec<u32>> {
    if plan.resume && plan.chosen.exists() {
        let bytes = std::fs::read(&plan.chosen).context("read the chosen features of the interrupted run")?;
        tell("going on from the features chosen before");
        return Ok(bytes.as_chunks::<4>().0.iter().map(|hash| u32::from_le_bytes(*hash)).collect());
    }
    map.freeze(plan.least);
    tell(&format!("{} features", map.hashes().len()));
    let crf = train_rows(plan.settings, &map, sentences, measure, tell);
    let hashes: Vec<u32> = strongest(&crf, plan.rows).iter().map(|&row| map.hashes()[row]).collect();
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    std::fs::write(&plan.chosen, bytes).context("keep the chosen features beside the model")?;
    Ok(hashes)
}

/// Confidence curve of a finished model, on the development sets.
pub(crate) fn calibrate(data: &Path, model: &ModelData) -> Result<Vec<(f32, f32)>> {
    let tagger = SequenceTagger::new(&model.to_bytes(), Gazetteer::built_in()?)?;
    let development = read_development(data)?;
    let outcomes =
        development.iter().flat_map(|(_, documents)| calibrate::outcomes(&tagger, documents)).collect();
    Ok(calibrate::fit(outcomes))
}

/// Folder of the hand-corrected news.
const NEWS: &str = "dateline_news/";

/// The first half of the news marks a national team as an organisation, the
/// guidelines and the second half as a place.
fn teams_are_places(documents: &mut [Annotated], pools: &Pools<'_>) {
    for document in documents {
        for span in &mut document.spans {
            let name = &document.text[span.start..span.end];
            if span.kind == EntityKind::Organisation && pools.is("country", name) {
                span.kind = EntityKind::Place;
            }
        }
    }
}

/// Adds what no corpus holds enough of: other names, capitals, forms of wires.
fn add_made_up(
    plan: &Plan<'_>,
    extractor: &Extractor,
    map: &mut FeatureMap,
    sentences: &mut Vec<Sentence>,
) -> Result<()> {
    let pools = Pools::new(extractor.gazetteer());
    let mut random = Random::new(plan.settings.seed);
    let mut add = |documents: &[Annotated], weight: f32| {
        let source = Source { file: "made up", weight, coverage: Coverage::Full };
        if weight > 0.0 {
            add_source(&source, documents, extractor, map, sentences);
        }
    };
    let mut news = corpus::read(&plan.data.join(recipe::TRAINING[0].file))?;
    teams_are_places(&mut news, &pools);
    let copies: Vec<Annotated> = news.iter().map(|text| swap::swapped(text, &pools, &mut random)).collect();
    add(&copies, plan.swapped);
    let (times, weight) = plan.wire;
    add(&wire::texts(&pools, times, &mut random), weight);
    let shouted: Vec<Annotated> = copies.iter().map(|text| wire::shouted(text, &mut random)).collect();
    add(&shouted, plan.shouted);
    Ok(())
}

fn add_source(
    source: &Source,
    documents: &[Annotated],
    extractor: &Extractor,
    map: &mut FeatureMap,
    sentences: &mut Vec<Sentence>,
) {
    for annotated in documents {
        for (features, allowed) in examples::of_document(annotated, source.coverage, extractor) {
            map.count(&features);
            sentences.push((features, allowed, source.weight));
        }
    }
}

type Development = Vec<(&'static str, Vec<Annotated>)>;

pub(crate) fn read_development(data: &Path) -> Result<Development> {
    let sets: Result<Development> =
        recipe::DEVELOPMENT.iter().map(|file| Ok((*file, corpus::read(&data.join(file))?))).collect();
    let sets = sets?;
    if sets.iter().any(|(_, documents)| documents.is_empty()) {
        bail!("measure on development sets: one of them is empty; check the data folder");
    }
    Ok(sets)
}

fn train_rows(
    settings: Settings,
    map: &FeatureMap,
    sentences: &[Sentence],
    (development, extractor): (&Development, &Extractor),
    tell: &mut dyn FnMut(&str),
) -> Crf {
    let examples: Vec<Example> =
        sentences.iter().map(|(features, allowed, weight)| map.example(features, allowed, *weight)).collect();
    let mut crf = Crf::new(map.hashes().len());
    crf.train(&examples, settings, |epoch, loss, _| {
        tell(&format!("epoch {} of {}: loss {loss:.4}", epoch + 1, settings.epochs));
    });
    report(&crf, map, development, extractor, tell);
    crf
}

/// Scores of the unquantised model on the development sets.
fn report(
    crf: &Crf,
    map: &FeatureMap,
    development: &Development,
    extractor: &Extractor,
    tell: &mut dyn FnMut(&str),
) {
    let mut mean = 0.0;
    for (number, (file, documents)) in development.iter().enumerate() {
        let mut score = Score::default();
        for annotated in documents {
            let document = Document::new(&annotated.text);
            let mut tags = Vec::new();
            for (features, allowed) in examples::of_document(annotated, Coverage::Full, extractor) {
                tags.extend(best(crf, &map.example(&features, &allowed, 1.0)));
            }
            score.add(&annotated.spans.iter().copied().collect(), &corpus::spans(&document, &tags));
        }
        if number < 5 {
            mean += score.f1() / 5.0;
        }
        tell(&format!("{file}: {score}"));
    }
    tell(&format!("mean of the first five: {mean:.2}"));
}

/// Viterbi over float scores.
fn best(crf: &Crf, example: &Example) -> Vec<u8> {
    let scores = crf.node_scores(example);
    let mut back: Vec<[usize; LABELS]> = Vec::new();
    let legal = |from: usize, to: usize| may_follow(small(from), small(to));
    let mut row: Labels<f32> = [f32::MIN; LABELS];
    for (token, nodes) in scores.iter().enumerate() {
        let mut next = [f32::MIN; LABELS];
        let mut from_of = [0; LABELS];
        for to in 0..LABELS {
            if token == 0 {
                next[to] = if may_start(small(to)) { nodes[to] } else { f32::MIN };
                continue;
            }
            for from in (0..LABELS).filter(|&from| legal(from, to) && row[from] > f32::MIN) {
                let score = row[from] + crf.transitions[from][to] + nodes[to];
                if score > next[to] {
                    (next[to], from_of[to]) = (score, from);
                }
            }
        }
        back.push(from_of);
        row = next;
    }
    let last = (0..LABELS).filter(|&label| may_end(small(label))).max_by(|&a, &b| row[a].total_cmp(&row[b]));
    let mut label = last.unwrap_or(0);
    let mut tags: Vec<u8> = Vec::with_capacity(scores.len());
    for from_of in back.iter().rev() {
        tags.push(small(label));
        label = from_of[label];
    }
    tags.reverse();
    tags
}

fn small(label: usize) -> u8 {
    u8::try_from(label).unwrap_or(0)
}

fn strength(row: &[f32]) -> f32 {
    row.iter().map(|weight| weight * weight).sum()
}

/// Numbers of the `count` rows with the largest weights, the largest first.
fn strongest(crf: &Crf, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..crf.rows.len()).collect();
    order.sort_by(|&a, &b| strength(&crf.rows[b]).total_cmp(&strength(&crf.rows[a])).then(a.cmp(&b)));
    order.truncate(count);
    order
}

/// Integer weights: the step is chosen so that all but the outliers fit a byte.
fn quantise(crf: &Crf, map: &FeatureMap) -> ModelData {
    let mut sizes: Vec<f32> = crf.rows.iter().flatten().map(|weight| weight.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let large = sizes.get(sizes.len() * 9999 / 10000).copied().unwrap_or(1.0);
    let step = (large / 127.0).max(1e-4);
    let rows: Vec<(u32, Row)> = strongest(crf, crf.rows.len())
        .into_iter()
        .map(|row| (map.hashes()[row], crf.rows[row].map(|weight| to_byte(weight / step))))
        .filter(|(_, row)| row.iter().any(|&weight| weight != 0))
        .collect();
    let transitions =
        std::array::from_fn(|from| std::array::from_fn(|to| to_short(crf.transitions[from][to] / step)));
    ModelData { step, calibration: Vec::new(), transitions, coarse: Vec::new(), classes: Vec::new(), rows }
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range first")]
fn to_byte(value: f32) -> i8 {
    value.round().clamp(-127.0, 127.0) as i8
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the range first")]
fn to_short(value: f32) -> i16 {
    value.round().clamp(-32_000.0, 32_000.0) as i16
}
