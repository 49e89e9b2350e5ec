//! One file a page, and what they are made of.
//!
//! `layout` is around every page, `marked` shows texts with marks, `notice` says
//! what cannot be shown and why.

pub(crate) mod arrived;
pub(crate) mod article;
mod article_side;
mod article_text;
pub(crate) mod articles;
pub(crate) mod config;
pub(crate) mod dead;
pub(crate) mod entities;
pub(crate) mod entity;
pub(crate) mod flow;
mod layout;
pub(crate) mod letter;
mod marked;
pub(crate) mod notice;
pub(crate) mod sources;
pub(crate) mod timeline;
pub(crate) mod versions;

use layout::{Section, layout, search_layout};
use notice::Notice;
