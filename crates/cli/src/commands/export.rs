//! `dateline export`: stored records, one JSON a line, in order of arrival.

use crate::args::{Common, Export};
use crate::output::Usage;
use crate::{config, output};
use dateline_store::{Query, ScanRequest, open_reader};
use std::io::Write;
use std::process::ExitCode;

/// Records that are read at once.
const PART: usize = 500;

/// Ends quietly when its reader goes away.
pub(crate) async fn run(common: &Common, options: &Export) -> anyhow::Result<ExitCode> {
    let config = config::read(common)?.value;
    let query = Query::parse(&options.query.join(" ")).map_err(|error| Usage(error.to_string()))?;
    let reader = open_reader(&config.store()).await?;
    let mut request = ScanRequest { query, limit: PART, cursor: None };
    let mut exported = 0;
    loop {
        let page = reader.scan(request.clone()).await?;
        let mut lines = Vec::new();
        for record in &page.records {
            serde_json::to_writer(&mut lines, record)?;
            lines.push(b'\n');
        }
        std::io::stdout().lock().write_all(&lines)?;
        exported += page.records.len();
        request.cursor = page.next;
        if request.cursor.is_none() {
            break;
        }
    }
    std::io::stdout().flush()?;
    output::note(output::counted(exported, "record"));
    Ok(ExitCode::SUCCESS)
}
