//! Spanish through the same engine: only its data differ.

mod common;

use dateline_dates::Language;

/// Tags `text` as of Wednesday, 15 November 2023, and compares "words = value".
fn check(text: &str, expected: &[&str]) {
    common::check_in(Language::Spanish, "2023-11-15", text, expected);
}

#[test]
fn dates() {
    check("el 3 de mayo de 1998", &["3 de mayo de 1998 = 1998-05-03"]);
    check("el viernes, 3 de noviembre de 2023", &["viernes, 3 de noviembre de 2023 = 2023-11-03"]);
    check("en mayo de 1998", &["mayo de 1998 = 1998-05"]);
    check("Murió en 1998.", &["1998 = 1998"]);
    check("Llegó el viernes.", &["viernes = 2023-11-10"]);
    check("el lunes pasado", &["el lunes pasado = 2023-11-13"]);
}

#[test]
fn relative() {
    check("ayer", &["ayer = 2023-11-14"]);
    check("ayer por la tarde", &["ayer por la tarde = 2023-11-14TAF"]);
    check("la semana pasada", &["la semana pasada = 2023-W45"]);
    check("el próximo año", &["el próximo año = 2024"]);
    check("este mes", &["este mes = 2023-11"]);
    check("hace dos años", &["hace dos años = 2021"]);
    check("esta mañana", &["esta mañana = 2023-11-15TMO"]);
}

#[test]
fn lengths_and_sets() {
    check("durante cinco años", &["cinco años = P5Y"]);
    check("los últimos cinco años", &["los últimos cinco años = P5Y"]);
    check("cada día", &["cada día = P1D"]);
    check("en el futuro", &["el futuro = FUTURE_REF"]);
}

#[test]
fn other_languages_find_iso_dates_only() {
    common::check_in(Language::Other, "2023-11-15", "am 2023-11-03, Freitag", &["2023-11-03 = 2023-11-03"]);
}
