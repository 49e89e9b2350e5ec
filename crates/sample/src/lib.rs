//! Made-up news of which everything is known beforehand.
//!
//! Benches, load tests and crash tests need any number of distinct articles of a known
//! size and content. [`articles`] makes them from a seed, the same ones each time;
//! [`plain_record`] is what a store gets of one in which nothing was found, and
//! [`plain_entity`] something to be found. Left out: what real news looks like in all its
//! forms; that is what `seeds/` is for.

mod articles;
mod random;
mod record;

pub use articles::{TestArticle, article_of, articles, json_lines};
pub use random::Random;
pub use record::{body_span, plain_entity, plain_record};
