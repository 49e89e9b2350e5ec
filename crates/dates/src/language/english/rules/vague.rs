//! References without a border, and those to what the story named.

use crate::tagger::rule::{Build, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "vague",
        "A vague reference: now, recently, the future.",
        Build::Vague,
        &[
            "Present|Past|Future",
            "more Past",
            "The PastNoun|FutureNoun",
            "The near|foreseeable|distant|immediate|recent PastNoun|FutureNoun",
            "these PresentNoun",
            "Coming Units",
            "PastNoun Units",
        ],
    ),
    Rule::new(
        "anaphor",
        "What the story named last: that day, the same month.",
        Build::Anaphor,
        &[
            "That|Same Unit",
            "The Same Unit",
            "the end|beginning|middle|start of The Unit",
            "early|earlier|late|later in The Unit",
            "The Latest quarter|Period|Unit",
            "The quarter",
        ],
    ),
];
