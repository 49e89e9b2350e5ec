//! Gradient-boosted oblivious trees: every level of a tree asks one question
//! of all blocks alike, so that the answers are the index of a leaf.

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
}

impl Forest {
    /// The probability of a row.
    #[must_use]
    pub fn probability(&self, row: &[f32]) -> f32 {
        let logit: f32 = self.bias + self.trees.iter().map(|tree| tree.value(row)).sum::<f32>();
        1.0 / (1.0 + (-logit).exp())
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
            text.push_str(&format!("{} | {}\n", splits.join(" "), leaves.join(" ")));
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
        assert_eq!(Forest::read_all(&forest.to_text()).unwrap(), [forest.clone()]);
        assert!((forest.trees[0].value(&[3.0, 1.0]) - 0.25).abs() < 1e-6);
        assert!((forest.trees[0].value(&[0.0, 1.0]) - 1.0).abs() < 1e-6);
        assert!(forest.probability(&[]) < 0.5);
    }

    #[test]
    fn broken_text() {
        for text in ["1:2 | 0 0", "forest x", "forest 0\n1:2 | 0", "forest 0\n1 | 0 0"] {
            assert!(Forest::read_all(text).is_err(), "{text}");
        }
    }
}
