//! Prints made-up articles as JSON lines, for measurements:
//! `cargo run -p dateline-sample --example generate -- [COUNT] [SEED]`.

#![expect(clippy::print_stdout, reason = "the articles are its result")]

fn main() {
    let number = |at, default: usize| {
        std::env::args().nth(at).map_or(default, |text| text.parse().expect("COUNT and SEED are numbers"))
    };
    let (count, seed) = (number(1, 20_000), number(2, 1));
    for article in dateline_sample::articles(count, seed as u64) {
        println!("{}", article.json());
    }
}
