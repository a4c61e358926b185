//! The project's own texts, by path. Reads what git would track, without git:
//! a source archive has to pass the same checks as a clone.

use anyhow::Context;
use std::collections::BTreeMap;
use std::path::Path;

/// Larger files are not something that a person wrote.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// Texts by path from the root, with forward slashes.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    texts: BTreeMap<String, String>,
}

impl Tree {
    /// Reads every text below `root` that `.gitignore` does not name.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let ignore = std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
        let mut tree = Self::default();
        tree.read_folder(root, "", &Ignored::parse(&ignore))?;
        Ok(tree)
    }

    /// A tree made up by a test.
    pub fn of<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self { texts: texts.into_iter().map(|(p, t)| (p.into(), t.into())).collect() }
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// All files, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(p, t)| (p.as_str(), t.as_str()))
    }

    /// Files whose name ends so.
    pub fn ending(&self, end: &str) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter(move |(path, _)| path.ends_with(end))
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    fn read_folder(&mut self, root: &Path, below: &str, ignored: &Ignored) -> anyhow::Result<()> {
        let folder = root.join(below);
        let entries = std::fs::read_dir(&folder).with_context(|| format!("reading {below}/"))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            let kind = entry.file_type()?;
            if name == ".git" || kind.is_symlink() || ignored.matches(&path, &name) {
                continue;
            }
            if kind.is_dir() {
                self.read_folder(root, &path, ignored)?;
            } else if entry.metadata()?.len() <= TEXT_BYTES_MAX {
                self.read_file(root, path);
            }
        }
        Ok(())
    }

    // A file that is not UTF-8 is not a text, and no check has a say in it.
    fn read_file(&mut self, root: &Path, path: String) {
        if let Ok(text) = std::fs::read_to_string(root.join(&path)) {
            self.texts.insert(path, text);
        }
    }
}

/// The two forms of line that our `.gitignore` uses: `/folder` and `*.ending`.
struct Ignored {
    paths: Vec<String>,
    endings: Vec<String>,
}

impl Ignored {
    fn parse(text: &str) -> Self {
        let lines = || text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let trimmed = |l: &str| l.trim_matches('/').to_owned();
        Self {
            paths: lines().filter(|l| l.starts_with('/')).map(trimmed).collect(),
            endings: lines().filter_map(|l| l.strip_prefix('*')).map(str::to_owned).collect(),
        }
    }
    fn matches(&self, path: &str, name: &str) -> bool {
        self.paths.iter().any(|p| p == path)
            || self.endings.iter().any(|e| name.ends_with(e.as_str()))
    }
}
