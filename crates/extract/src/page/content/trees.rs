//! Gradient-boosted oblivious trees: every level of a tree asks one question
//! of all blocks alike, so that the answers are the index of a leaf.

/// A logit beyond this is not asked further: most blocks of a page are plainly
/// none of its text.
const SURE: f32 = 6.5;
/// How many trees are asked before one looks.
const SURE_AFTER: usize = 20;
/// Rows that are asked side by side: a question is put to all of them in a few
/// wide comparisons, and a tree is fetched once for all.
const LANES: usize = 16;

/// One number of every row.
type Column = [f32; LANES];

/// A level of a tree: is the number of a feature above a threshold?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Which number of the row.
    pub feature: usize,
    /// What it must be above.
    pub threshold: f32,
}

/// One tree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tree {
    /// The questions, the first one giving the lowest bit.
    pub splits: Vec<Split>,
    /// 2 to the number of questions leaves.
    pub leaves: Vec<f32>,
}

/// A sum of trees; its logistic function is a probability.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forest {
    /// The logit before any tree.
    pub bias: f32,
    /// The trees.
    pub trees: Vec<Tree>,
}

impl Tree {
    /// What the tree adds for a row.
    #[must_use]
    pub fn value(&self, row: &[f32]) -> f32 {
        let mut leaf = 0;
        for (at, split) in self.splits.iter().enumerate() {
            let above = row.get(split.feature).is_some_and(|&number| number > split.threshold);
            leaf |= usize::from(above) << at;
        }
        self.leaves.get(leaf).copied().unwrap_or(0.0)
    }

    /// Adds what the tree says of every row.
    fn add_values(&self, columns: &[Column], sums: &mut Column) {
        let mut leaves = [0u32; LANES];
        for (at, split) in self.splits.iter().enumerate() {
            let Some(column) = columns.get(split.feature) else { continue };
            let bit = 1 << at;
            for (leaf, number) in leaves.iter_mut().zip(column) {
                *leaf |= if *number > split.threshold { bit } else { 0 };
            }
        }
        for (sum, leaf) in sums.iter_mut().zip(leaves) {
            *sum += self.leaves.get(leaf as usize).copied().unwrap_or(0.0);
        }
    }
}

impl Forest {
    /// The probability of every row.
    #[must_use]
    pub fn probabilities(&self, rows: &[Vec<f32>]) -> Vec<f32> {
        let mut columns = Vec::new();
        let mut probabilities = Vec::with_capacity(rows.len());
        for rows in rows.chunks(LANES) {
            turn(rows, &mut columns);
            let logits = self.logits(&columns, rows.len());
            probabilities.extend(logits[..rows.len()].iter().map(|logit| 1.0 / (1.0 + (-logit).exp())));
        }
        probabilities
    }

    /// The logits of as many rows as there are.
    fn logits(&self, columns: &[Column], rows: usize) -> Column {
        let mut logits = [self.bias; LANES];
        let mut is_open: [bool; LANES] = std::array::from_fn(|lane| lane < rows);
        for trees in self.trees.chunks(SURE_AFTER) {
            let mut sums = [0.0; LANES];
            for tree in trees {
                tree.add_values(columns, &mut sums);
            }
            for lane in 0..LANES {
                if is_open[lane] {
                    logits[lane] += sums[lane];
                    is_open[lane] = logits[lane].abs() <= SURE;
                }
            }
            if is_open == [false; LANES] {
                break;
            }
        }
        logits
    }

    /// The forest as lines of text: `forest BIAS`, then a tree a line:
    /// `feature:threshold` of every level, a bar, the leaves.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("forest {}\n", self.bias);
        for tree in &self.trees {
            let splits: Vec<String> =
                tree.splits.iter().map(|split| format!("{}:{}", split.feature, split.threshold)).collect();
            let leaves: Vec<String> = tree.leaves.iter().map(|leaf| format!("{leaf:.4}")).collect();
            text.extend([splits.join(" ").as_str(), " | ", &leaves.join(" "), "\n"]);
        }
        text
    }

    /// Reads the forests of a text.
    ///
    /// # Errors
    /// The first line that is none.
    pub fn read_all(text: &str) -> Result<Vec<Self>, String> {
        let mut forests: Vec<Self> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(bias) = line.strip_prefix("forest ") {
                let bias = bias.parse().map_err(|_| line.to_owned())?;
                forests.push(Self { bias, trees: Vec::new() });
                continue;
            }
            let tree = read_tree(line).ok_or_else(|| line.to_owned())?;
            forests.last_mut().ok_or_else(|| line.to_owned())?.trees.push(tree);
        }
        Ok(forests)
    }
}

/// Turns up to [`LANES`] rows into columns. What a row does not have is above
/// no threshold.
fn turn(rows: &[Vec<f32>], columns: &mut Vec<Column>) {
    columns.clear();
    columns.resize(rows.iter().map(Vec::len).max().unwrap_or(0), [f32::NAN; LANES]);
    for (lane, row) in rows.iter().enumerate() {
        for (column, number) in columns.iter_mut().zip(row) {
            column[lane] = *number;
        }
    }
}

fn read_tree(line: &str) -> Option<Tree> {
    let (splits, leaves) = line.split_once(" | ")?;
    let split = |text: &str| {
        let (feature, threshold) = text.split_once(':')?;
        Some(Split { feature: feature.parse().ok()?, threshold: threshold.parse().ok()? })
    };
    let splits: Vec<Split> = splits.split_whitespace().map(split).collect::<Option<_>>()?;
    let leaves: Vec<f32> = leaves.split(' ').map(|leaf| leaf.parse().ok()).collect::<Option<_>>()?;
    (leaves.len() == 1 << splits.len()).then_some(Tree { splits, leaves })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let tree = Tree {
            splits: vec![Split { feature: 1, threshold: 0.5 }, Split { feature: 0, threshold: 2.0 }],
            leaves: vec![-1.0, 1.0, -0.5, 0.25],
        };
        let forest = Forest { bias: -0.25, trees: vec![tree] };
        assert_eq!(Forest::read_all(&forest.to_text()).unwrap(), std::slice::from_ref(&forest));
        assert!((forest.trees[0].value(&[3.0, 1.0]) - 0.25).abs() < 1e-6);
        assert!((forest.trees[0].value(&[0.0, 1.0]) - 1.0).abs() < 1e-6);
        assert!(forest.probabilities(&[vec![]])[0] < 0.5);
    }

    /// More rows than are asked side by side give what each gives alone; one
    /// that is sure is not asked on.
    #[test]
    fn many_rows() {
        let splits = vec![Split { feature: 0, threshold: 0.5 }];
        let forest = Forest { bias: 0.5, trees: vec![Tree { splits, leaves: vec![0.01, 0.4] }; 50] };
        let rows: Vec<Vec<f32>> = (0..LANES + 3).map(|at| vec![f32::from(u8::from(at % 3 == 0))]).collect();
        let found = forest.probabilities(&rows);
        let logit = |probability: f32| (probability / (1.0 - probability)).ln();
        for (row, probability) in rows.iter().zip(&found) {
            let expected = if row[0] > 0.5 { 8.5 } else { 1.0 };
            assert!((logit(*probability) - expected).abs() < 0.02, "{row:?} {probability}");
        }
        assert_eq!(found.len(), rows.len());
    }

    #[test]
    fn broken_text() {
        for text in ["1:2 | 0 0", "forest x", "forest 0\n1:2 | 0", "forest 0\n1 | 0 0"] {
            assert!(Forest::read_all(text).is_err(), "{text}");
        }
    }
}
