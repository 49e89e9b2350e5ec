//! Mending a dead letter's payload before it is replayed.

use crate::args::Mend;
use crate::output::Usage;
use anyhow::{Context, bail, ensure};
use serde_json::Value;
use std::io::Write;
use std::process::Command;

impl Mend {
    /// Whether anything is to be changed.
    pub(crate) fn is_asked(&self) -> bool {
        self.edit || !self.set.is_empty() || self.payload.is_some()
    }

    /// Whether what is asked makes sense for one letter only.
    pub(crate) fn is_for_one(&self) -> bool {
        self.edit || self.payload.is_some()
    }

    /// The mended payload.
    pub(crate) fn apply(&self, payload: &[u8]) -> anyhow::Result<Vec<u8>> {
        if let Some(path) = &self.payload {
            return std::fs::read(path).with_context(|| format!("could not read {}", path.display()));
        }
        if self.edit {
            return edited(payload);
        }
        let mut value: Value = serde_json::from_slice(payload)
            .context("the payload is no JSON; use --edit or --payload FILE")?;
        for assignment in &self.set {
            set(&mut value, assignment)?;
        }
        Ok(serde_json::to_vec(&value)?)
    }
}

/// Sets what a JSON pointer (RFC 6901) points to; the last name may be new.
fn set(value: &mut Value, assignment: &str) -> anyhow::Result<()> {
    let wrong = || Usage(format!("`{assignment}` is no /json/pointer=VALUE"));
    let (pointer, text) = assignment.split_once('=').ok_or_else(wrong)?;
    let new = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    if let Some(place) = value.pointer_mut(pointer) {
        *place = new;
        return Ok(());
    }
    let (parent, name) = pointer.rsplit_once('/').ok_or_else(wrong)?;
    match value.pointer_mut(parent) {
        Some(Value::Object(object)) => {
            object.insert(name.replace("~1", "/").replace("~0", "~"), new);
            Ok(())
        }
        _ => bail!("the payload has nothing at {parent}"),
    }
}

/// Opens the payload in the person's editor; refused when nothing was changed.
fn edited(payload: &[u8]) -> anyhow::Result<Vec<u8>> {
    let editor = std::env::var("VISUAL").or_else(|_| std::env::var("EDITOR"));
    let editor = editor.map_err(|_| Usage("--edit opens $EDITOR, which is not set".to_owned()))?;
    // JSON on one line is nothing that a person can edit.
    let readable = match serde_json::from_slice::<Value>(payload) {
        Ok(value) => serde_json::to_vec_pretty(&value)?,
        Err(_) => payload.to_vec(),
    };
    let path = std::env::temp_dir().join(format!("dateline-letter-{}.json", std::process::id()));
    // Nobody else may read or have prepared it: payloads can be confidential.
    let mut options = std::fs::OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(options.write(true).create_new(true), 0o600);
    let mut file = options.open(&path).with_context(|| format!("could not create {}", path.display()))?;
    let outcome = file.write_all(&readable).map_err(anyhow::Error::from).and_then(|()| {
        // As other tools do it, so that EDITOR may have arguments.
        let status = Command::new("sh").arg("-c").arg(format!("{editor} \"$0\"")).arg(&path).status();
        ensure!(
            status.context("could not start a shell")?.success(),
            "{editor} failed; nothing was replayed"
        );
        Ok(std::fs::read(&path)?)
    });
    drop(std::fs::remove_file(&path));
    let changed = outcome?;
    ensure!(changed != readable, "nothing was changed, so nothing was replayed");
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_set() {
        let check = |assignment: &str, expected: Option<Value>| {
            let mend = Mend { set: vec![assignment.to_owned()], ..Mend::default() };
            let payload = br#"{"article":{"title":"old","tags":["a"]},"schema":1}"#;
            let mended = mend.apply(payload).ok().map(|bytes| serde_json::from_slice(&bytes).unwrap());
            assert_eq!(mended, expected, "{assignment}");
        };
        let with =
            |title: Value, tags: Value| json!({"article": {"title": title, "tags": tags}, "schema": 1});
        check("/article/title=new", Some(with(json!("new"), json!(["a"]))));
        check("/article/title=\"a=b\"", Some(with(json!("a=b"), json!(["a"]))));
        check("/article/tags/0=7", Some(with(json!("old"), json!([7]))));
        check("/schema=2", Some(json!({"article": {"title": "old", "tags": ["a"]}, "schema": 2})));
        check(
            "/new=null",
            Some(json!({"article": {"title": "old", "tags": ["a"]}, "schema": 1, "new": null})),
        );
        check("/nowhere/title=x", None);
        check("no pointer", None);
    }

    #[test]
    fn a_payload_that_is_no_json_cannot_be_set() {
        let mend = Mend { set: vec!["/a=1".to_owned()], ..Mend::default() };
        assert!(mend.apply(b"{").unwrap_err().to_string().contains("no JSON"));
    }
}
