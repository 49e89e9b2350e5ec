//! Secrets as settings: the text itself, or a file that holds it. In `[[sink.also]]`
//! there is no variable for each setting, so files are the way to give one there.

use dateline_runtime::secret::Secret;
use std::io;
use std::path::Path;

/// The secret of a setting and its `_file`, of which one at most is given.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn read(text: Option<&Secret>, file: Option<&Path>) -> io::Result<Option<Secret>> {
    let Some(file) = file else { return Ok(text.cloned()) };
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", file.display()));
    let text = std::fs::read_to_string(file).map_err(named)?;
    Ok(Some(Secret::new(text.trim_end_matches(['\r', '\n']))))
}

/// What is wrong with giving both, if both are given.
pub(crate) fn validate(name: &str, text: Option<&Secret>, file: Option<&Path>) -> Result<(), String> {
    if text.is_some() && file.is_some() {
        return Err(format!("{name} and {name}_file are both given; give one of them"));
    }
    Ok(())
}
