//! The best label sequence of a sentence under node and transition scores.

use crate::labels::{LABELS, OUTSIDE, WEIGHTED, may_end, may_start};

/// Score of what is not allowed; small enough to lose, far from overflow.
const NEVER: i32 = -1_000_000;

/// Labels after which no name is open, rising: outside, end and single of each kind.
const CLOSED: [usize; 9] = [0, 3, 4, 7, 8, 11, 12, 15, 16];
/// Labels that may follow those, rising: outside, begin and single of each kind.
const OPENING: [usize; 9] = [0, 1, 4, 5, 8, 9, 12, 13, 16];
/// Begin, inside and end of each kind: begin and inside go on to inside or end.
const KINDS: [[usize; 3]; 4] = [[1, 2, 3], [5, 6, 7], [9, 10, 11], [13, 14, 15]];
/// [`OPENING`] in whole vector registers.
const LANES: usize = 12;

/// Scores of the transitions that the label scheme allows.
#[derive(Debug, Clone)]
pub(crate) struct Transitions {
    /// From each label of [`CLOSED`] to those of [`OPENING`].
    opening: [[i32; LANES]; CLOSED.len()],
    /// From begin and inside to inside and end, of each kind.
    inner: [[[i32; 2]; 2]; KINDS.len()],
}

impl Transitions {
    /// `scores[from][to]`; transitions that the label scheme forbids are
    /// ignored whatever their score.
    pub(crate) fn new(scores: &[[i16; LABELS]; LABELS]) -> Self {
        let mut opening = [[0; LANES]; CLOSED.len()];
        for (row, from) in opening.iter_mut().zip(CLOSED) {
            for (score, to) in row.iter_mut().zip(OPENING) {
                *score = i32::from(scores[from][to]);
            }
        }
        let inner = KINDS.map(|[begin, inside, end]| {
            [begin, inside].map(|from| [inside, end].map(|to| i32::from(scores[from][to])))
        });
        Self { opening, inner }
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

/// Scores of the labels of one token, and the label before each that gives them;
/// of equals the lowest.
fn step(
    scores: &[i32; LABELS],
    nodes: &[i16; WEIGHTED],
    transitions: &Transitions,
) -> ([i32; LABELS], [u8; LABELS]) {
    let mut next = [NEVER; LABELS];
    let mut back = [0; LABELS];
    // All lanes alike, without a branch.
    let (mut best, mut origin) = ([NEVER; LANES], [0_i32; LANES]);
    for (number, (from, row)) in (0_i32..).zip(CLOSED.into_iter().zip(&transitions.opening)) {
        for lane in 0..LANES {
            let score = scores[from] + row[lane];
            let better = score > best[lane];
            best[lane] = if better { score } else { best[lane] };
            origin[lane] = if better { number } else { origin[lane] };
        }
    }
    for (lane, to) in OPENING.into_iter().enumerate() {
        next[to] = best[lane] + node(nodes, to);
        back[to] = narrow(CLOSED[usize::try_from(origin[lane]).unwrap_or(0)]);
    }
    for ([begin, inside, end], rows) in KINDS.into_iter().zip(&transitions.inner) {
        for (column, to) in [inside, end].into_iter().enumerate() {
            let (first, second) = (scores[begin] + rows[0][column], scores[inside] + rows[1][column]);
            let (score, from) = if second > first { (second, inside) } else { (first, begin) };
            next[to] = score.max(NEVER) + node(nodes, to);
            back[to] = if score > NEVER { narrow(from) } else { 0 };
        }
    }
    (next, back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EntityKind;
    use crate::labels::{Position, label, may_follow};
    use proptest::prelude::*;

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

    /// The same step as the label scheme puts it: every transition that it allows.
    fn plain_step(
        scores: &[i32; LABELS],
        nodes: &[i16; WEIGHTED],
        transitions: &[[i16; LABELS]; LABELS],
    ) -> ([i32; LABELS], [u8; LABELS]) {
        let (mut next, mut back) = ([NEVER; LABELS], [0; LABELS]);
        for to in 0..LABELS {
            for from in (0..LABELS).filter(|&from| may_follow(narrow(from), narrow(to))) {
                let score = scores[from] + i32::from(transitions[from][to]);
                if score > next[to] {
                    (next[to], back[to]) = (score, narrow(from));
                }
            }
            next[to] += node(nodes, to);
        }
        (next, back)
    }

    proptest! {
        #[test]
        fn each_step_tries_every_allowed_transition(
            scores in prop::array::uniform17(prop_oneof![Just(NEVER), -40..40]),
            nodes in prop::array::uniform16(-40..40_i16),
            transitions in prop::array::uniform17(prop::array::uniform17(-20..20_i16)),
        ) {
            let expected = plain_step(&scores, &nodes, &transitions);
            prop_assert_eq!(step(&scores, &nodes, &Transitions::new(&transitions)), expected);
        }
    }
}
