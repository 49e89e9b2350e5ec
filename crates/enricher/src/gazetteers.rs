//! The tagger with the operator's own gazetteers, read again when a file
//! changes. A file that cannot be read leaves the tagger as it is.

use crate::{EnricherConfig, SetupError, accurate};
use dateline_entities::{Gazetteer, List, ModelError, Tagger};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

/// What tells one state of a file from another; `None` where there is none.
type Stamp = Option<(SystemTime, u64)>;

/// A tagger that follows its gazetteer files.
#[derive(Debug)]
pub(crate) struct LiveTagger {
    paths: Vec<PathBuf>,
    /// States of the files at the last look.
    seen: Mutex<Vec<Stamp>>,
    current: RwLock<Arc<Tagger>>,
}

/// What a look at the files came to.
#[derive(Debug)]
pub enum Refresh {
    /// No file has changed since the last look.
    Unchanged,
    /// The changed files are in use; so many names are known now.
    Reloaded(usize),
    /// A changed file cannot be used; what was known before stays.
    Kept(SetupError),
}

impl LiveTagger {
    /// Loads model and gazetteers.
    pub(crate) fn new(config: &EnricherConfig) -> Result<Self, SetupError> {
        let paths = &config.gazetteers;
        let seen = paths.iter().map(|path| stamp(path)).collect();
        let tagger = accurate::mode(Tagger::with_gazetteer(load(paths)?)?, &config.transformer)?;
        Ok(Self { paths: paths.clone(), seen: Mutex::new(seen), current: RwLock::new(Arc::new(tagger)) })
    }

    /// The tagger of this moment; an article keeps the one that it began with.
    pub(crate) fn get(&self) -> Arc<Tagger> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the files, and takes them in if one has changed.
    pub(crate) fn refresh(&self) -> Refresh {
        let now: Vec<Stamp> = self.paths.iter().map(|path| stamp(path)).collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == now {
            return Refresh::Unchanged;
        }
        // A bad file is told once, not at every look.
        *seen = now;
        match load(&self.paths) {
            Ok(gazetteer) => {
                let names = gazetteer.len();
                let tagger = Arc::new(self.get().replacing_gazetteer(gazetteer));
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = tagger;
                Refresh::Reloaded(names)
            }
            Err(error) => Refresh::Kept(error),
        }
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// The shipped gazetteer and the files behind it.
fn load(paths: &[PathBuf]) -> Result<Gazetteer, SetupError> {
    let lists: Vec<List> = paths.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    Ok(Gazetteer::built_in_and(lists)?)
}

fn read(path: &Path) -> Result<List, SetupError> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| SetupError::Gazetteer { path: path.into(), source })?;
    List::from_bytes(&name, bytes).map_err(|error: ModelError| error.into())
}
