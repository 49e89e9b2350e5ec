//! Measures robots.txt against cases of the form
//! `[{"robots": "...", "agent": "...", "url": "...", "allow": true}]`.
//!
//! `cargo run -p dateline-fuzz --example robots -- CASES.json`

use dateline_extract::robots::Robots;
use serde_json::Value;
use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        let cases: Vec<Value> = serde_json::from_slice(&std::fs::read(&path)?)?;
        let mut right = 0;
        for case in &cases {
            let text = |key: &str| case[key].as_str().unwrap_or_default();
            let allowed = Robots::parse(text("robots").as_bytes()).allows(text("agent"), text("url"));
            let ok = Some(allowed) == case["allow"].as_bool();
            right += usize::from(ok);
            if !ok {
                writeln!(out, "{case}")?;
            }
        }
        writeln!(out, "{path}: {right} of {}", cases.len())?;
    }
    Ok(())
}
