//! Known names, their types and their ids.

use crate::features::Look;

/// Known names, compiled for lookup by token.
#[derive(Debug, Default)]
pub struct Gazetteer {
    nothing: u32,
}

impl Gazetteer {
    /// Marks which lists each token of a sentence stands in.
    pub(crate) fn mark_lists(&self, looks: &mut [Look]) {
        for look in looks {
            look.lists |= self.nothing;
        }
    }
}
