//! One file a page, and what they are made of.
//!
//! `layout` is around every page, `marked` shows texts with marks, `notice` says
//! what cannot be shown and why.

pub(crate) mod article;
mod article_side;
mod article_text;
pub(crate) mod articles;
pub(crate) mod dead;
pub(crate) mod flow;
mod layout;
mod marked;
pub(crate) mod notice;

use layout::{Section, layout};
use notice::Notice;
