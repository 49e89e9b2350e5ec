//! The label set: outside, and begin, inside, end, single of each kind.
//!
//! Label 0 is outside. Its score is fixed at zero, so a weight row needs only
//! the sixteen others, which is one vector register of bytes.

use crate::entity::EntityKind;

/// Number of labels.
pub const LABELS: usize = 17;
/// Number of labels that carry weights.
pub const WEIGHTED: usize = LABELS - 1;
/// The label of tokens that belong to no name.
pub const OUTSIDE: u8 = 0;

/// Place of a token in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// First of several.
    Begin,
    /// Neither first nor last.
    Inside,
    /// Last of several.
    End,
    /// The only one.
    Single,
}

/// The label of a token at `position` of a name of kind `kind`.
#[must_use]
pub fn label(kind: EntityKind, position: Position) -> u8 {
    let kind = match kind {
        EntityKind::Person => 0,
        EntityKind::Organisation => 1,
        EntityKind::Place => 2,
        EntityKind::Misc => 3,
    };
    let position = match position {
        Position::Begin => 0,
        Position::Inside => 1,
        Position::End => 2,
        Position::Single => 3,
    };
    1 + kind * 4 + position
}

/// Kind and position of a label; `None` for outside.
#[must_use]
pub fn parts(label: u8) -> Option<(EntityKind, Position)> {
    let index = label.checked_sub(1)?;
    let position =
        [Position::Begin, Position::Inside, Position::End, Position::Single][usize::from(index % 4)];
    EntityKind::ALL.get(usize::from(index / 4)).map(|&kind| (kind, position))
}

/// Whether `next` may follow `label` inside a sentence.
#[must_use]
pub fn may_follow(label: u8, next: u8) -> bool {
    let open = match parts(label) {
        Some((kind, Position::Begin | Position::Inside)) => Some(kind),
        _ => None,
    };
    let continued = match parts(next) {
        Some((kind, Position::Inside | Position::End)) => Some(kind),
        _ => None,
    };
    open == continued
}

/// Whether a sentence may start with `label`.
#[must_use]
pub fn may_start(label: u8) -> bool {
    may_follow(OUTSIDE, label)
}

/// Whether a sentence may end with `label`.
#[must_use]
pub fn may_end(label: u8) -> bool {
    may_follow(label, OUTSIDE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_parts_agree() {
        for number in 1..17 {
            let (kind, position) = parts(number).unwrap();
            assert_eq!(label(kind, position), number);
        }
        assert_eq!(parts(OUTSIDE), None);
        assert_eq!(parts(17), None);
    }

    #[test]
    fn names_are_closed_before_others_open() {
        use EntityKind::{Person, Place};
        use Position::{Begin, End, Inside, Single};
        assert!(may_follow(label(Person, Begin), label(Person, Inside)));
        assert!(may_follow(label(Person, End), label(Person, Begin)));
        assert!(may_follow(OUTSIDE, label(Place, Single)));
        assert!(!may_follow(label(Person, Begin), label(Place, End)));
        assert!(!may_follow(label(Person, Begin), OUTSIDE));
        assert!(!may_follow(OUTSIDE, label(Person, Inside)));
        assert!(may_end(label(Person, Single)) && !may_end(label(Person, Begin)));
    }
}
