//! The model file: little-endian numbers, rows stored without their zeros.
//!
//! ```text
//! "DLEM"  format u32  total length u32
//! step f32 (value of one unit of weight)
//! calibration: count u32, then (margin f32, probability f32)
//! transitions: 17 x 17 i16
//! classes: coarse count u32, u16 each; word count u32, (hash u32, fine u16) each
//! rows: count u32, then hash u32, mask u16, one i8 for each bit of the mask
//! ```

use crate::ModelError;
use crate::labels::{LABELS, WEIGHTED};
use crate::weights::Row;

const MAGIC: &[u8; 4] = b"DLEM";
/// Format that this program writes and reads.
const FORMAT: u32 = 1;
const HEADER: usize = 12;

/// Everything that training finds, as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelData {
    /// Log-probability that one unit of an integer weight stands for.
    pub step: f32,
    /// Margin of a mention (in the same unit) to the share of such mentions
    /// that were right on text not trained on; rising margins.
    pub calibration: Vec<(f32, f32)>,
    /// Score of label `to` after label `from`: `transitions[from][to]`.
    pub transitions: [[i16; LABELS]; LABELS],
    /// Coarse class of each fine class.
    pub coarse: Vec<u16>,
    /// Key of a word's small letters and its fine class.
    pub classes: Vec<(u32, u16)>,
    /// Feature hash and weights, the strongest features first.
    pub rows: Vec<(u32, Row)>,
}

impl ModelData {
    /// The bytes of a model file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.rows.len() * 14 + self.classes.len() * 6);
        out.extend_from_slice(MAGIC);
        out.extend(FORMAT.to_le_bytes());
        out.extend(0_u32.to_le_bytes());
        out.extend(self.step.to_le_bytes());
        put_count(&mut out, self.calibration.len());
        for (margin, probability) in &self.calibration {
            out.extend(margin.to_le_bytes());
            out.extend(probability.to_le_bytes());
        }
        self.transitions.iter().flatten().for_each(|score| out.extend(score.to_le_bytes()));
        put_count(&mut out, self.coarse.len());
        self.coarse.iter().for_each(|class| out.extend(class.to_le_bytes()));
        put_count(&mut out, self.classes.len());
        for (word, class) in &self.classes {
            out.extend(word.to_le_bytes());
            out.extend(class.to_le_bytes());
        }
        put_count(&mut out, self.rows.len());
        self.rows.iter().for_each(|(hash, row)| put_row(&mut out, *hash, row));
        let length = u32::try_from(out.len()).unwrap_or(u32::MAX);
        out[8..HEADER].copy_from_slice(&length.to_le_bytes());
        out
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// [`ModelError`] when the bytes are no model, of another format, or cut.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        if !bytes.starts_with(MAGIC) {
            return Err(ModelError::NotAModel);
        }
        let mut reader = Reader { bytes, at: MAGIC.len() };
        let found = reader.u32()?;
        if found != FORMAT {
            return Err(ModelError::Format { found, expected: FORMAT });
        }
        let expected = reader.u32()? as usize;
        if expected != bytes.len() {
            return Err(ModelError::Length { expected, actual: bytes.len() });
        }
        let step = reader.f32()?;
        let calibration = reader.list(|reader| Ok((reader.f32()?, reader.f32()?)))?;
        let mut transitions = [[0; LABELS]; LABELS];
        for score in transitions.iter_mut().flatten() {
            *score = i16::from_le_bytes(reader.array()?);
        }
        let coarse = reader.list(Reader::u16)?;
        let classes = reader.list(|reader| Ok((reader.u32()?, reader.u16()?)))?;
        let rows = reader.list(Reader::row)?;
        Ok(Self { step, calibration, transitions, coarse, classes, rows })
    }
}

fn put_count(out: &mut Vec<u8>, count: usize) {
    out.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

fn put_row(out: &mut Vec<u8>, hash: u32, row: &Row) {
    let mask =
        row.iter().enumerate().fold(0_u16, |mask, (bit, &weight)| mask | (u16::from(weight != 0) << bit));
    out.extend(hash.to_le_bytes());
    out.extend(mask.to_le_bytes());
    out.extend(row.iter().filter(|&&weight| weight != 0).map(|weight| weight.to_le_bytes()[0]));
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let short = ModelError::Length { expected: self.at + N, actual: self.bytes.len() };
        let slice = self.bytes.get(self.at..self.at + N).ok_or(short.clone())?;
        self.at += N;
        slice.try_into().map_err(|_| short)
    }

    fn u32(&mut self) -> Result<u32, ModelError> {
        self.array().map(u32::from_le_bytes)
    }

    fn u16(&mut self) -> Result<u16, ModelError> {
        self.array().map(u16::from_le_bytes)
    }

    fn f32(&mut self) -> Result<f32, ModelError> {
        self.array().map(f32::from_le_bytes)
    }

    /// A counted list. The count is only believed as far as bytes are left.
    fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, ModelError>,
    ) -> Result<Vec<T>, ModelError> {
        let count = self.u32()? as usize;
        let mut items = Vec::with_capacity(count.min(self.bytes.len() - self.at));
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn row(&mut self) -> Result<(u32, Row), ModelError> {
        let (hash, mask) = (self.u32()?, self.u16()?);
        let mut row = [0; WEIGHTED];
        for (bit, weight) in row.iter_mut().enumerate() {
            if mask >> bit & 1 == 1 {
                *weight = i8::from_le_bytes(self.array()?);
            }
        }
        Ok((hash, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(rows: Vec<(u32, Row)>) -> ModelData {
        ModelData {
            step: 0.05,
            calibration: vec![(0.0, 0.5), (20.0, 0.9)],
            transitions: [[-3; LABELS]; LABELS],
            coarse: vec![0, 1],
            classes: vec![(77, 1)],
            rows,
        }
    }

    #[test]
    fn bad_bytes_are_refused() {
        let good = sample(vec![(9, [1; WEIGHTED])]).to_bytes();
        assert_eq!(ModelData::from_bytes(b"hello"), Err(ModelError::NotAModel));
        assert!(matches!(ModelData::from_bytes(&good[..good.len() - 1]), Err(ModelError::Length { .. })));
        let mut other = good.clone();
        other[4] = 99;
        assert_eq!(ModelData::from_bytes(&other), Err(ModelError::Format { found: 99, expected: FORMAT }));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(rows in prop::collection::vec((any::<u32>(), any::<Row>()), 0..20)) {
            let data = sample(rows);
            prop_assert_eq!(ModelData::from_bytes(&data.to_bytes()), Ok(data));
        }

        #[test]
        fn damaged_files_never_panic(at in 12_usize..700, byte in any::<u8>()) {
            let mut bytes = sample(vec![(9, [1; WEIGHTED])]).to_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            prop_assert!(ModelData::from_bytes(&bytes).is_ok() || ModelData::from_bytes(&bytes).is_err());
        }
    }
}
