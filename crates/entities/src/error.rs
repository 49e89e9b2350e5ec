//! What can go wrong when a model or a gazetteer is loaded.

/// A model or gazetteer that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The bytes are not a Dateline entity model.
    #[error("read entity model: not a model file; build one with the trainer's `train` command")]
    NotAModel,
    /// The model was written by another version of the trainer.
    #[error("read entity model: format {found}, this program reads {expected}; train it again")]
    Format {
        /// Version in the file.
        found: u32,
        /// Version that this program reads.
        expected: u32,
    },
    /// The model file ends early or is longer than its header says.
    #[error("read entity model: {actual} bytes where {expected} were announced; copy the file again")]
    Length {
        /// Bytes that the header announces.
        expected: usize,
        /// Bytes that are there.
        actual: usize,
    },
    /// A gazetteer row cannot be read.
    #[error("read gazetteer {file}, line {line}: {problem}; correct the row")]
    Gazetteer {
        /// Name of the list.
        file: String,
        /// Line number, from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A gazetteer file is not what it should be as a whole.
    #[error("read gazetteer {file}: {problem}")]
    GazetteerFile {
        /// Name of the file.
        file: String,
        /// What is wrong, and what to do.
        problem: String,
    },
}
