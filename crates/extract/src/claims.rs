//! Dates that stand outside the text: in addresses and in file names.

use crate::date_shape;
use dateline_model::{ClaimOrigin, DateClaim};

/// The date in the path of an address (`/2023/11/07/`, `/2023-11-07-`).
pub(crate) fn of_url(url: &str) -> Option<DateClaim> {
    let rest = url.split_once("://")?.1;
    let path = &rest[rest.find('/')?..];
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let raw = date_shape::find_numeric(path)?;
    Some(DateClaim::published(ClaimOrigin::UrlPath, raw))
}

/// The date in the name of a file (`2023-02-06-turkey-earthquake.txt`).
pub(crate) fn of_file_name(path: &str) -> Option<DateClaim> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let raw = date_shape::find_numeric(name)?;
    Some(DateClaim::published(ClaimOrigin::FileName, raw))
}
