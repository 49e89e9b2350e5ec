//! `dateline date`: one answer for each line, whatever stands in it.

use crate::once::dateline;

#[test]
fn every_line_gets_its_answer() {
    let lines = "2023-11-03\n\nno date at all\n  \nFri, 03 Nov 2023 10:15:00 GMT\r\n\nlast line without end";
    let answers = dateline(["date", "-"]).input(lines).succeed().json_lines();
    let inputs: Vec<_> = answers.iter().map(|answer| answer["input"].as_str().unwrap()).collect();
    assert_eq!(
        inputs,
        [
            "2023-11-03",
            "",
            "no date at all",
            "  ",
            "Fri, 03 Nov 2023 10:15:00 GMT",
            "",
            "last line without end"
        ]
    );
    for (index, answer) in answers.iter().enumerate() {
        let dated = [0, 4].contains(&index);
        assert_eq!(answer.get("value").is_some(), dated, "{answer}");
        assert_eq!(answer.get("error").is_some(), !dated, "{answer}");
    }
}

#[test]
fn values_are_as_exact_as_their_strings() {
    let check = |arguments: &[&str], value: &str, precision: &str, zone: &str| {
        let answer = dateline(["date"].iter().chain(arguments)).succeed().json();
        assert_eq!(
            (answer["value"].as_str(), answer["precision"].as_str(), answer["zone"].as_str()),
            (Some(value), Some(precision), Some(zone)),
            "{arguments:?}: {answer}"
        );
    };
    check(&["2023-11-03"], "2023-11-03", "day", "none");
    check(&["2023-11-03T10:15:00+02:00"], "2023-11-03T08:15:00Z", "second", "explicit");
    check(&["--zone", "Europe/Kyiv", "3 Nov 2023 10:15"], "2023-11-03T08:15:00Z", "minute", "assumed");
    check(&["3 Nov 2023 10:15", "--zone", "Europe/Kyiv"], "2023-11-03T08:15:00Z", "minute", "assumed");
}

#[test]
fn relative_strings_count_from_the_reference() {
    let check = |string: &str, value: &str| {
        let answer = dateline(["date", "--reference", "2023-11-03T10:15:00Z", string]).succeed().json();
        assert_eq!(answer["value"], value, "{answer}");
    };
    check("2 hours ago", "2023-11-03T08:15:00Z");
    check("hace 3 días", "2023-10-31");
    check("hace una hora", "2023-11-03T09:15:00Z");
    check("ayer", "2023-11-02");
    check("anteayer", "2023-11-01");
    check("vor 2 Wochen", "2023-10-20");
    check("3 Nov 2021", "2021-11-03");
    let refused = dateline(["date", "ayer"]).succeed().json();
    assert!(refused["error"].as_str().unwrap().contains("--reference"), "{refused}");
    assert_eq!(dateline(["date", "--reference", "now", "today"]).succeed().json()["precision"], "day");
    for wrong in ["soon", "2023", "2023-11"] {
        dateline(["date", "--reference", wrong, "ayer"]).fail(2, &["--reference", "2023-11-03T10:15:00Z"]);
    }
}

#[test]
fn a_wrong_zone_is_wrong_usage() {
    dateline(["date", "--zone", "Mars/Olympus", "2023-11-03"]).fail(2, &["Mars/Olympus", "Europe/Kyiv"]);
}
