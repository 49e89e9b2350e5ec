//! Sentences of a corpus with other names in them.
//!
//! What a name is shows in its sentence as much as in itself. A copy of the
//! corpus with names of other parts of the world teaches the sentence, and
//! that unknown names are names.

use crate::corpus::{Annotated, Span};
use crate::pools::Pools;
use crate::random::Random;
use dateline_entities::EntityKind;
use std::collections::HashMap;

/// Share of the names that are changed.
const CHANGED: f32 = 0.7;

/// A copy of `annotated` with names changed, the same one everywhere the same.
pub(crate) fn swapped(annotated: &Annotated, pools: &Pools<'_>, random: &mut Random) -> Annotated {
    let mut changes: HashMap<&str, String> = HashMap::new();
    let mut longest_first: Vec<&Span> = annotated.spans.iter().collect();
    longest_first.sort_by_key(|span| (std::cmp::Reverse(span.end - span.start), span.start));
    for span in longest_first {
        let name = &annotated.text[span.start..span.end];
        if changes.contains_key(name) {
            continue;
        }
        match span.kind {
            EntityKind::Person => change_person(name, &mut changes, pools, random),
            kind => {
                let other = other_name(name, kind, pools, random);
                changes.insert(name, other.unwrap_or(name).to_owned());
            }
        }
    }
    write(annotated, &changes)
}

fn write(annotated: &Annotated, changes: &HashMap<&str, String>) -> Annotated {
    let mut out = Annotated::default();
    let mut at = 0;
    for span in &annotated.spans {
        out.text.push_str(&annotated.text[at..span.start]);
        let start = out.text.len();
        let name = &annotated.text[span.start..span.end];
        out.text.push_str(changes.get(name).map_or(name, String::as_str));
        out.spans.push(Span { start, end: out.text.len(), kind: span.kind });
        at = span.end;
    }
    out.text.push_str(&annotated.text[at..]);
    out
}

/// Changes a full name or lets it be, and with it the given and the family
/// name alone.
fn change_person<'a>(
    name: &'a str,
    changes: &mut HashMap<&'a str, String>,
    pools: &Pools<'_>,
    random: &mut Random,
) {
    let stays = random.unit() >= CHANGED;
    let drawn = pools.person(random);
    let Some((first, rest)) = name.split_once(' ') else {
        changes.insert(name, if stays { name } else { drawn.1 }.to_owned());
        return;
    };
    let last = rest.rsplit(' ').next().unwrap_or(rest);
    let (given, family) = if stays { (first, last) } else { drawn };
    let family = changes.entry(last).or_insert_with(|| family.to_owned()).clone();
    let given = changes.entry(first).or_insert_with(|| given.to_owned()).clone();
    let whole = if given == first && family == last { name.to_owned() } else { format!("{given} {family}") };
    changes.insert(name, whole);
}

/// Another name of the same sort, where the sort is known.
fn other_name<'g>(name: &str, kind: EntityKind, pools: &Pools<'g>, random: &mut Random) -> Option<&'g str> {
    let sorts: &[&str] = match kind {
        EntityKind::Place => &["town", "region"],
        EntityKind::Organisation => &["company", "club", "party", "media", "uni", "body"],
        EntityKind::Misc | EntityKind::Person => &[],
    };
    let sort = sorts.iter().find(|sort| pools.is(sort, name))?;
    if random.unit() >= CHANGED {
        return None;
    }
    Some(pools.draw(if *sort == "town" { "city" } else { sort }, random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dateline_entities::Gazetteer;

    #[test]
    fn names_change_together_and_spans_with_them() {
        let text = "Jane Smith left Mombasa. Smith flew to Iraq.";
        let spans = [("Jane Smith", EntityKind::Person), ("Mombasa", EntityKind::Place)];
        let mut annotated = Annotated { text: text.into(), spans: Vec::new() };
        for (name, kind) in spans {
            let start = text.find(name).unwrap();
            annotated.spans.push(Span { start, end: start + name.len(), kind });
        }
        let start = text.rfind("Smith").unwrap();
        annotated.spans.push(Span { start, end: start + 5, kind: EntityKind::Person });
        let gazetteer = Gazetteer::built_in().unwrap();
        let pools = Pools::new(&gazetteer);
        let mut random = Random::new(5);
        let copies: Vec<Annotated> = (0..40).map(|_| swapped(&annotated, &pools, &mut random)).collect();
        for copy in &copies {
            let name = |span: &Span| &copy.text[span.start..span.end];
            assert!(name(&copy.spans[0]).ends_with(name(&copy.spans[2])), "{}", copy.text);
            assert!(copy.text.contains(" flew to Iraq."), "{}", copy.text);
        }
        assert!(copies.iter().any(|copy| !copy.text.contains("Smith") && !copy.text.contains("Mombasa")));
    }
}
