//! How far the nearest marked blocks are: one pass each way over the page
//! instead of a search around every block.

/// Steps from every block to the nearest marked one before and behind it;
/// [`u8::MAX`] where none is that near.
#[derive(Debug, Clone)]
pub(crate) struct Nearest {
    before: Vec<u8>,
    behind: Vec<u8>,
}

impl Nearest {
    /// The steps between blocks of which some are marked.
    pub(crate) fn of(marks: &[bool]) -> Self {
        let before = steps(marks.iter());
        let mut behind = steps(marks.iter().rev());
        behind.reverse();
        Self { before, behind }
    }

    /// Steps back to the nearest marked block, if it is at most so many away.
    pub(crate) fn before(&self, at: usize, within: u8) -> Option<usize> {
        Some(self.before[at]).filter(|steps| *steps <= within).map(usize::from)
    }

    /// The same ahead.
    pub(crate) fn behind(&self, at: usize, within: u8) -> Option<usize> {
        Some(self.behind[at]).filter(|steps| *steps <= within).map(usize::from)
    }
}

/// Steps since the last mark that was passed.
fn steps<'m>(marks: impl Iterator<Item = &'m bool>) -> Vec<u8> {
    let pass = |next: &mut u8, marked: &bool| {
        let steps = if *marked { 1 } else { next.saturating_add(1) };
        Some(std::mem::replace(next, steps))
    };
    marks.scan(u8::MAX, pass).collect()
}

#[cfg(test)]
mod tests {
    use super::Nearest;

    #[test]
    fn steps_to_marks() {
        let marks = [false, true, false, false, true];
        let nearest = Nearest::of(&marks);
        let before: Vec<_> = (0..5).map(|at| nearest.before(at, 9)).collect();
        let behind: Vec<_> = (0..5).map(|at| nearest.behind(at, 9)).collect();
        assert_eq!(before, [None, None, Some(1), Some(2), Some(3)]);
        assert_eq!(behind, [Some(1), Some(3), Some(2), Some(1), None]);
        assert_eq!((nearest.before(4, 3), nearest.before(4, 2)), (Some(3), None));
        let far = Nearest::of(&[&[true][..], &[false; 300]].concat());
        assert_eq!(
            (far.before(254, 254), far.before(255, 254), far.before(300, 254)),
            (Some(254), None, None)
        );
    }
}
