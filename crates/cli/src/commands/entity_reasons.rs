//! Why an entity has its span, its type and its id, for `dateline explain`.

use crate::output::{self, Style, printable};
use dateline_entities::{EntityKind, Explanation};
use serde_json::{Value, json};

/// Prints the readings, the weightiest features and the candidates.
pub(super) fn print(why: &Explanation, style: Style) -> std::io::Result<()> {
    let readings: Vec<String> =
        why.readings.iter().map(|(kind, score)| format!("{} {score:+.1}", reading(*kind))).collect();
    if !readings.is_empty() {
        output::line(format!("      read as {}", readings.join(", ")))?;
    }
    for one in &why.features {
        let text = format!("{:+.1} {} of “{}”", one.weight, one.feature, printable(&one.word));
        output::line(format!("        {}", style.dim(&text)))?;
    }
    for candidate in &why.candidates {
        let mark = if candidate.chosen { "linked to" } else { "could be" };
        let uri = candidate.uri.as_deref().unwrap_or("no id");
        output::line(format!(
            "      {mark} {} ({uri}): known {}, the article adds {:+}",
            printable(&candidate.name),
            candidate.prior,
            candidate.context
        ))?;
    }
    Ok(())
}

/// The same for programs.
pub(super) fn json(why: &Explanation) -> Value {
    let readings = why.readings.iter().map(|(kind, score)| json!({"as": reading(*kind), "score": score}));
    let features = why
        .features
        .iter()
        .map(|one| json!({"word": one.word, "feature": one.feature, "weight": one.weight}));
    let candidates = why.candidates.iter().map(|one| {
        json!({"name": one.name, "uri": one.uri, "prior": one.prior, "context": one.context, "chosen": one.chosen})
    });
    json!({
        "text": why.text,
        "reasons": why.reasons,
        "readings": readings.collect::<Vec<_>>(),
        "features": features.collect::<Vec<_>>(),
        "candidates": candidates.collect::<Vec<_>>(),
    })
}

fn reading(kind: Option<EntityKind>) -> &'static str {
    kind.map_or("no name", EntityKind::as_str)
}
