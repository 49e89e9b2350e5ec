//! How much an article is about an entity.
//!
//! Half of it is how often the entity is named against the most named one, a
//! third how early, the rest whether the headline names it (after Dunietz and
//! Gillick 2014, who found frequency, position and headline to carry most).

use crate::article::{ArticleText, FieldKind};
use crate::coreference::Cluster;
use crate::spot::Spot;

const FREQUENCY: f32 = 0.5;
const POSITION: f32 = 0.3;
const HEADLINE: f32 = 0.2;

/// Salience of each cluster, 0 to 1.
pub(crate) fn salience(article: &ArticleText<'_>, spots: &[Spot], clusters: &[Cluster]) -> Vec<f32> {
    let most = clusters.iter().map(|cluster| cluster.spots.len()).max().unwrap_or(1);
    let body: usize = article.fields.iter().map(|field| field.document.tokens().len()).max().unwrap_or(1);
    clusters
        .iter()
        .map(|cluster| {
            let named = |index: &usize| article.fields[spots[*index].field].kind == FieldKind::Headline;
            let first = cluster.spots.iter().map(|&index| spots[index].first).min().unwrap_or(0);
            let frequency = log(cluster.spots.len()) / log(most);
            let position = 1.0 - share(first, body.max(1));
            let headline = if cluster.spots.iter().any(named) { 1.0 } else { 0.0 };
            FREQUENCY * frequency + POSITION * position + HEADLINE * headline
        })
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of mentions and tokens, far below 2^24 where it matters"
)]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 / whole as f32
}

fn log(count: usize) -> f32 {
    share(count + 1, 1).ln()
}
