//! The best label sequence of a sentence under node and transition scores.

use crate::labels::{LABELS, OUTSIDE, WEIGHTED, may_end, may_follow, may_start};

/// Score of what is not allowed; small enough to lose, far from overflow.
const NEVER: i32 = -1_000_000;

/// Transition scores, and for each label the labels that may stand before it.
#[derive(Debug, Clone)]
pub(crate) struct Transitions {
    scores: [[i32; LABELS]; LABELS],
    before: Vec<Vec<u8>>,
}

impl Transitions {
    /// `scores[from][to]`; transitions that the label scheme forbids are
    /// ignored whatever their score.
    pub(crate) fn new(scores: &[[i16; LABELS]; LABELS]) -> Self {
        let before = (0..LABELS)
            .map(|to| (0..LABELS).filter(|&from| may_follow(narrow(from), narrow(to))).map(narrow).collect())
            .collect();
        Self { scores: scores.map(|row| row.map(i32::from)), before }
    }
}

fn narrow(label: usize) -> u8 {
    u8::try_from(label).unwrap_or(OUTSIDE)
}

/// Reused memory of the search.
#[derive(Debug, Default)]
pub(crate) struct Search {
    back: Vec<[u8; LABELS]>,
}

impl Search {
    /// Writes the best label of each token of a sentence into `best`.
    pub(crate) fn run(&mut self, nodes: &[[i16; WEIGHTED]], transitions: &Transitions, best: &mut Vec<u8>) {
        best.clear();
        let Some(first) = nodes.first() else { return };
        self.back.clear();
        let mut scores = [NEVER; LABELS];
        for (label, score) in scores.iter_mut().enumerate() {
            if may_start(narrow(label)) {
                *score = node(first, label);
            }
        }
        for tokens in &nodes[1..] {
            let (next, back) = step(&scores, tokens, transitions);
            scores = next;
            self.back.push(back);
        }
        let last = (0..LABELS).filter(|&label| may_end(narrow(label))).max_by_key(|&label| scores[label]);
        let mut label = last.unwrap_or(0);
        best.push(narrow(label));
        for back in self.back.iter().rev() {
            label = usize::from(back[label]);
            best.push(narrow(label));
        }
        best.reverse();
    }
}

#[inline]
fn node(scores: &[i16; WEIGHTED], label: usize) -> i32 {
    if label == 0 { 0 } else { i32::from(scores[label - 1]) }
}

fn step(
    scores: &[i32; LABELS],
    nodes: &[i16; WEIGHTED],
    transitions: &Transitions,
) -> ([i32; LABELS], [u8; LABELS]) {
    let mut next = [NEVER; LABELS];
    let mut back = [0; LABELS];
    for to in 0..LABELS {
        for &from in &transitions.before[to] {
            let score = scores[usize::from(from)] + transitions.scores[usize::from(from)][to];
            if score > next[to] {
                next[to] = score;
                back[to] = from;
            }
        }
        next[to] += node(nodes, to);
    }
    (next, back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntityKind;
    use crate::labels::{Position, label};

    fn favour(labels: &[u8]) -> Vec<[i16; WEIGHTED]> {
        labels
            .iter()
            .map(|&wanted| {
                let mut row = [-5; WEIGHTED];
                if let Some(index) = usize::from(wanted).checked_sub(1) {
                    row[index] = 10;
                }
                row
            })
            .collect()
    }

    fn best(wanted: &[u8]) -> Vec<u8> {
        let mut found = Vec::new();
        Search::default().run(&favour(wanted), &Transitions::new(&[[0; LABELS]; LABELS]), &mut found);
        found
    }

    #[test]
    fn finds_the_favoured_sequence_where_it_is_allowed() {
        let person = |position| label(EntityKind::Person, position);
        let name = [0, person(Position::Begin), person(Position::End), 0];
        assert_eq!(best(&name), name);
        assert_eq!(best(&[]), Vec::<u8>::new());
        let broken = best(&[person(Position::Inside)]);
        assert_eq!(broken, [OUTSIDE]);
    }
}
