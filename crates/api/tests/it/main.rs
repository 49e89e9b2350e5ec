//! The API over a real store, asked by a real client; what it answers is held against
//! its own document by an independent validator.

#![expect(clippy::unwrap_used, reason = "these are tests, their helpers included")]

mod answers;
mod faults;
mod fixture;
