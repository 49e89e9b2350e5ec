//! What the words before a date call it: the publication or the last change.

use super::word_list::WordList;
use std::borrow::Cow;

/// What the words before a date call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// Nothing.
    None,
    /// The publication.
    Published,
    /// The last change.
    Updated,
}

impl Label {
    /// This one, or where it says nothing another.
    pub(super) fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::None { other() } else { self }
    }
}

static UPDATED: WordList<24> = WordList::new([
    "updated",
    "update:",
    "last update",
    "modified",
    "reviewed",
    "revised",
    "edited",
    "aktualisiert",
    "geändert",
    "letzte änderung",
    "mis à jour",
    "mise à jour",
    "modifié",
    "actualizado",
    "actualización",
    "aggiornato",
    "modificato",
    "atualizado",
    "bijgewerkt",
    "uppdaterad",
    "opdateret",
    "oppdatert",
    "обновлен",
    "zaktualizowan",
]);

static PUBLISHED: WordList<20> = WordList::new([
    "publish",
    "posted",
    "created",
    "issued",
    "first seen",
    "veröffentlicht",
    "erschienen",
    "erstellt",
    "publié",
    "publicado",
    "publicada",
    "pubblicato",
    "gepubliceerd",
    "publicerad",
    "publiceret",
    "publisert",
    "опубликован",
    "opublikowan",
    "yayın",
    "közzétéve",
]);

/// What the words before a date call it; the last word counts.
pub(super) fn label_of(text: &str) -> Label {
    // Only what is no ASCII needs another text for its lower case.
    let lower = if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) };
    match (PUBLISHED.last_in(&lower), UPDATED.last_in(&lower)) {
        (None, None) => Label::None,
        (published, updated) if published > updated => Label::Published,
        _ => Label::Updated,
    }
}

#[cfg(test)]
mod tests {
    use super::{Label, label_of};

    #[test]
    fn labels() {
        let check = |text: &str, expected: Label| assert_eq!(label_of(text), expected, "{text}");
        check("Posted on ", Label::Published);
        check("Last updated: ", Label::Updated);
        check(", updated on ", Label::Updated);
        check("Updated 3 times, published ", Label::Published);
        check("Veröffentlicht am ", Label::Published);
        check("By Ann Lee | ", Label::None);
    }
}
