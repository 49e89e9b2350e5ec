//! Values of a column with the levels that say where one is missing and where a
//! list begins (Dremel's encoding, as Parquet has it).

/// A column's values of some rows.
#[derive(Debug, PartialEq)]
pub(super) struct Leaf<T> {
    /// Those that are there.
    pub(super) values: Vec<T>,
    /// How much of the path to each value is there.
    pub(super) definition: Vec<i16>,
    /// 0 where a row begins, 1 where its list goes on.
    pub(super) repetition: Vec<i16>,
}

impl<T> Leaf<T> {
    fn new() -> Self {
        Self { values: Vec::new(), definition: Vec::new(), repetition: Vec::new() }
    }

    fn push(&mut self, value: Option<T>, present: i16, repetition: i16) {
        self.definition.push(if value.is_some() { present } else { present - 1 });
        self.repetition.push(repetition);
        self.values.extend(value);
    }

    /// One value a row, or none.
    pub(super) fn flat<'a, R: 'a>(rows: &'a [R], get: impl Fn(&'a R) -> Option<T>) -> Self {
        let mut leaf = Self::new();
        rows.iter().for_each(|row| leaf.push(get(row), 1, 0));
        leaf
    }

    /// A value of each item of each row's list; `present` is the level of a value
    /// that is there: 1, or 2 where an item may lack it.
    pub(super) fn nested<'a, R: 'a, I: 'a>(
        rows: &'a [R],
        items: impl Fn(&'a R) -> &'a [I],
        present: i16,
        get: impl Fn(&'a I) -> Option<T>,
    ) -> Self {
        let mut leaf = Self::new();
        for row in rows {
            let items = items(row);
            if items.is_empty() {
                leaf.definition.push(0);
                leaf.repetition.push(0);
            }
            for (n, item) in items.iter().enumerate() {
                leaf.push(get(item), present, i16::from(n > 0));
            }
        }
        leaf
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_say_what_is_missing() {
        let flat = Leaf::flat(&[Some(1), None, Some(3)], |row| *row);
        assert_eq!((flat.values, flat.definition, flat.repetition), (vec![1, 3], vec![1, 0, 1], vec![0; 3]));
        let rows = [vec![Some(1), None, Some(2)], vec![], vec![None]];
        let nested = Leaf::nested(&rows, Vec::as_slice, 2, |item| *item);
        assert_eq!(nested.values, [1, 2]);
        assert_eq!(nested.definition, [2, 1, 2, 0, 1]);
        assert_eq!(nested.repetition, [0, 1, 1, 0, 0]);
    }
}
