//! The rows of a gazetteer as plain names: for programs that make text of
//! them, as the trainer does.

use super::Gazetteer;

/// The names of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<'g> {
    /// First column: `person`, `organisation`, `place` or `misc`.
    pub kind: &'g str,
    /// Second column, as written: `company`, `club`, `city` and so on.
    pub class: &'g str,
    /// Canonical name and the others.
    pub names: Vec<&'g str>,
    /// Where to read more, as the row writes it (`geonames:…`, `wikipedia:`
    /// with a title or none, a URI); empty where the row gives none.
    pub id: &'g str,
    /// Country or region code; empty where the row gives none.
    pub area: &'g str,
    /// Weight, 50 where the row gives none.
    pub weight: u8,
}

impl Gazetteer {
    /// All rows, list by list.
    pub fn listed(&self) -> impl Iterator<Item = Listed<'_>> {
        self.lists.iter().flat_map(|list| list.text.lines()).filter_map(read)
    }
}

fn read(line: &str) -> Option<Listed<'_>> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t').map(str::trim);
    let (kind, class) = (columns.next()?, columns.next()?);
    let mut names = vec![columns.next()?];
    names.extend(columns.next().unwrap_or_default().split('|').filter(|name| !name.is_empty()));
    let id = columns.next().unwrap_or_default();
    let area = columns.next().unwrap_or_default();
    let weight = columns.nth(1).and_then(|weight| weight.parse().ok()).unwrap_or(50);
    Some(Listed { kind, class, names, id, area, weight })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::List;

    #[test]
    fn rows_come_back_as_names() {
        let text = "# comment\nplace\tcity\tBonn\tStadt Bonn|Bonna\tgeonames:1\tDE\t50.7,7.1\t57\n\
            person\tsurname\tAbel|Adam\n";
        let gazetteer = Gazetteer::from_lists([List { name: "t".into(), text: text.into() }]).unwrap();
        let rows: Vec<Listed<'_>> = gazetteer.listed().collect();
        assert_eq!(rows[0].names, ["Bonn", "Stadt Bonn", "Bonna"]);
        assert_eq!((rows[0].id, rows[0].area, rows[0].weight), ("geonames:1", "DE", 57));
        assert_eq!((rows[1].class, rows[1].weight), ("surname", 50));
    }
}
