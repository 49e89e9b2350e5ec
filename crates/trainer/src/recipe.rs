//! Which corpora the shipped model is trained and measured on.

use crate::examples::Coverage;

/// A training corpus: its file under the data folder, and how to use it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub(crate) file: &'static str,
    pub(crate) weight: f32,
    pub(crate) coverage: Coverage,
}

const fn source(file: &'static str, weight: f32, coverage: Coverage) -> Source {
    Source { file, weight, coverage }
}

/// The news counts most; automatic labels count little.
pub(crate) const TRAINING: [Source; 14] = [
    source("dateline_news/train.bio.gz", 1.0, Coverage::Full),
    source("uner_ewt/train.bio.gz", 0.6, Coverage::WithoutMisc),
    source("gum_open/train.bio.gz", 0.6, Coverage::Full),
    source("redocred/train.bio.gz", 0.6, Coverage::Full),
    source("wikigold/train.bio.gz", 0.6, Coverage::Full),
    source("crossner/train.bio.gz", 0.4, Coverage::Full),
    source("crossner/test.bio.gz", 0.4, Coverage::Full),
    source("gmb_rest/train.bio.gz", 0.15, Coverage::Full),
    source("wnut17/train.bio.gz", 0.3, Coverage::Full),
    source("wnut17/dev.bio.gz", 0.3, Coverage::Full),
    source("wnut17/test.bio.gz", 0.3, Coverage::Full),
    source("btc/train.bio.gz", 0.3, Coverage::WithoutMisc),
    source("btc/dev.bio.gz", 0.3, Coverage::WithoutMisc),
    source("btc/test.bio.gz", 0.3, Coverage::WithoutMisc),
];

/// The development sets. The first five are the ones whose mean is reported.
pub(crate) const DEVELOPMENT: [&str; 6] = [
    "uner_ewt/dev.bio.gz",
    "uner_ewt/test.bio.gz",
    "gum_open/dev.bio.gz",
    "gum_open/test.bio.gz",
    "redocred/dev.bio.gz",
    "dateline_news/dev.bio.gz",
];
