//! What a check has to say about one line of the project.

use std::fmt;

/// How heavy a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth a thought; does not fail the run.
    Ask,
    /// Fails the run.
    Wall,
}

/// One broken rule and its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the project's root, with forward slashes.
    pub path: String,
    /// 1-based line; 0 where the finding is about the whole file.
    pub line: usize,
    /// What is wrong and what to do instead.
    pub words: String,
    /// Whether it fails the run.
    pub weight: Weight,
}

impl Finding {
    /// A finding that fails the run.
    pub fn wall(path: &str, line: usize, words: impl Into<String>) -> Self {
        Self { path: path.into(), line, words: words.into(), weight: Weight::Wall }
    }
    /// A finding that only asks.
    pub fn ask(path: &str, line: usize, words: impl Into<String>) -> Self {
        Self { path: path.into(), line, words: words.into(), weight: Weight::Ask }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        let mark = if self.weight == Weight::Ask { "ask: " } else { "" };
        write!(f, ": {mark}{}", self.words)
    }
}
