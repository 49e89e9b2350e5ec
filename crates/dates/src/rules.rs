//! The names of all rules, for the record and the generated page.

/// A rule that finds temporal expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// The name that [`Timex::rule`](crate::Timex::rule) carries.
    pub name: &'static str,
    /// What it finds, with an example.
    pub description: &'static str,
}

/// Every rule of every language.
#[must_use]
pub fn rules() -> &'static [RuleInfo] {
    &[]
}
