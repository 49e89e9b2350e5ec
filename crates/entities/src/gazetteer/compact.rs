//! A list as one checked file: what `dateline gazetteer build` writes.
//!
//! ```text
//! "DLGZ"  format u32  length of the text u64  hash of the text u64  text (UTF-8)
//! ```
//! Numbers are little-endian; the text is a list of rows without comments, as
//! [`super::row`] describes them. The hash tells a half-copied file from a
//! whole one. A plain tab-separated file is a list too.

use super::List;
use crate::error::ModelError;
use crate::hash;

const MAGIC: &[u8; 4] = b"DLGZ";
/// Format that this program writes and reads.
const FORMAT: u32 = 1;
const HEADER: usize = 24;

impl List {
    /// Reads a list file: one that [`Self::to_compact`] wrote, or plain text.
    ///
    /// # Errors
    /// [`ModelError::GazetteerFile`] when the file is cut, damaged, of another
    /// format or not UTF-8. Rows are looked at only by `Gazetteer`.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Self, ModelError> {
        let bad = |problem: String| ModelError::GazetteerFile { file: name.to_owned(), problem };
        let text = if bytes.starts_with(MAGIC) { unpack(&bytes).map_err(bad)? } else { bytes };
        let text = String::from_utf8(text)
            .map_err(|error| bad(format!("byte {} is not UTF-8", error.utf8_error().valid_up_to())))?;
        Ok(Self { name: name.to_owned().into(), text: text.into() })
    }

    /// The bytes of a list file: comments and empty lines left out.
    #[must_use]
    pub fn to_compact(&self) -> Vec<u8> {
        let rows = self.text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let text: String = rows.flat_map(|row| [row.trim_end(), "\n"]).collect();
        let mut out = Vec::with_capacity(HEADER + text.len());
        out.extend_from_slice(MAGIC);
        out.extend(FORMAT.to_le_bytes());
        out.extend((text.len() as u64).to_le_bytes());
        out.extend(hash::bytes(text.as_bytes()).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
        out
    }
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let cut = || format!("{} bytes, the header alone has {HEADER}; copy the file again", bytes.len());
    let number = |at: usize| -> Option<u64> {
        let slice = bytes.get(at..at + 8)?;
        Some(u64::from_le_bytes(slice.try_into().ok()?))
    };
    let format = bytes.get(4..8).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
    let format = format.ok_or_else(cut)?;
    if format != FORMAT {
        return Err(format!("format {format}, this program reads {FORMAT}; build it again"));
    }
    let (Some(length), Some(expected)) = (number(8), number(16)) else { return Err(cut()) };
    let text = &bytes[HEADER..];
    if text.len() as u64 != length {
        return Err(format!(
            "{} bytes of rows where {length} were announced; copy the file again",
            text.len()
        ));
    }
    if hash::bytes(text) != expected {
        return Err("the rows are not those that were written; copy or build the file again".to_owned());
    }
    Ok(text.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Gazetteer;
    use proptest::prelude::*;

    fn list() -> List {
        List {
            name: "own".into(),
            text: "# mine\n\nplace\ttown\tOberau\t\t\tDE\norganisation\tclub\tTSV Oberau\n".into(),
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let read = List::from_bytes("own.gaz", list().to_compact()).unwrap();
        assert_eq!(read.text, "place\ttown\tOberau\t\t\tDE\norganisation\tclub\tTSV Oberau\n");
        let plain = List::from_bytes("own.tsv", list().text.as_bytes().to_vec()).unwrap();
        assert_eq!(plain.text, list().text);
        assert_eq!(Gazetteer::from_lists([read, plain]).unwrap().len(), 4);
    }

    fn refused(bytes: Vec<u8>, part: &str) {
        let error = List::from_bytes("own.gaz", bytes).unwrap_err().to_string();
        assert!(error.contains("own.gaz") && error.contains(part), "{error}");
    }

    #[test]
    fn damaged_files_are_refused() {
        let good = list().to_compact();
        refused(good[..10].to_vec(), "header");
        refused(good[..good.len() - 3].to_vec(), "announced");
        let mut other = good.clone();
        other[HEADER + 3] ^= 1;
        refused(other, "not those that were written");
        let mut newer = good;
        newer[4] = 9;
        refused(newer, "format 9");
        refused(vec![b'a', 0xff], "byte 1 is not UTF-8");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_list_or_an_error(mut bytes in prop::collection::vec(any::<u8>(), 0..200), packed: bool) {
            if packed {
                bytes.splice(0..0, list().to_compact().into_iter().take(30));
            }
            if let Ok(list) = List::from_bytes("fuzz", bytes) {
                let _ = Gazetteer::from_lists([list]).map(|gazetteer| gazetteer.len());
            }
        }
    }
}
