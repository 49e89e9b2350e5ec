//! A row of a list, put together from named parts.

/// What a source says of one item; empty parts are left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) kind: String,
    pub(super) class: String,
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) id: String,
    pub(super) area: String,
    pub(super) geo: Option<(f64, f64)>,
    pub(super) weight: Option<u8>,
}

impl Parts {
    /// The row as a line of eight columns.
    pub(super) fn line(&self) -> String {
        let aliases: Vec<String> = self.aliases.iter().map(|alias| plain(alias).replace('|', " ")).collect();
        let columns = [
            plain(&self.kind),
            plain(&self.class),
            plain(&self.name),
            aliases.join("|"),
            plain(&self.id),
            plain(&self.area),
            self.geo.map(|(latitude, longitude)| format!("{latitude:.4},{longitude:.4}")).unwrap_or_default(),
            self.weight.map(|weight| weight.to_string()).unwrap_or_default(),
        ];
        columns.join("\t").trim_end().to_owned()
    }
}

/// Without what would break a column or a line.
fn plain(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_hold_together_whatever_is_in_them() {
        let parts = Parts {
            kind: "place".into(),
            class: "town".into(),
            name: "Ober\tau\n".into(),
            aliases: vec!["O|A".into()],
            geo: Some((47.5, 11.0)),
            ..Parts::default()
        };
        assert_eq!(parts.line(), "place\ttown\tOber au\tO A\t\t\t47.5000,11.0000");
    }
}
