//! The commands that a person types, each against the contract of the command line.

mod config;
mod date;
mod dead;
mod enrich;
mod extract;
mod health;
mod replay;
mod stored;
mod support;
mod tap;
mod usage;
