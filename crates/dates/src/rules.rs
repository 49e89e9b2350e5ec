//! The names of all rules, for the record and the generated page.

use crate::language::ALL;
use std::fmt::Write;
use std::sync::LazyLock;

/// A rule that finds temporal expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// The name that [`Timex::rule`](crate::Timex::rule) carries.
    pub name: &'static str,
    /// What it finds, with an example.
    pub description: &'static str,
}

/// Every rule of every language, by name.
#[must_use]
pub fn rules() -> &'static [RuleInfo] {
    static RULES: LazyLock<Vec<RuleInfo>> = LazyLock::new(|| {
        let mut rules: Vec<RuleInfo> = ALL
            .iter()
            .flat_map(|(_, data)| data.rules.iter().copied().flatten())
            .map(|rule| rule.info)
            .collect();
        rules.sort_by_key(|rule| rule.name);
        rules.dedup_by_key(|rule| rule.name);
        rules
    });
    &RULES
}

/// The page `docs/date-rules.md`: the rules of every language with their
/// patterns, as Markdown.
#[must_use]
pub fn rules_page() -> String {
    let mut page = String::from(
        "# Rules of the temporal tagger\n\nGenerated from the rules themselves; \
         `UPDATE_DOCS=1 cargo test -p dateline-dates --test rules_page` writes it anew.\n\n\
         A pattern is a list of elements: `Month` takes a word of that class, `of` that word, `Day|Ordinal` \
         either; `?` makes an element or a `[group]` optional; `~` asks for a hyphen before the word, `^` for \
         none; what follows `/` must stand there and is no part of the expression.\n",
    );
    for (language, data) in ALL {
        // Writing to a string cannot fail.
        _ = write!(page, "\n## {language}\n");
        for rule in data.rules.iter().copied().flatten() {
            _ = write!(page, "\n### {}\n\n{}\n\n", rule.info.name, rule.info.description);
            for pattern in rule.patterns {
                _ = writeln!(page, "- `{pattern}`");
            }
        }
    }
    page
}
