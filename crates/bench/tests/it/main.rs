//! The pages that are made of figures.

mod pages;
