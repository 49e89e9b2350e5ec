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
    check("firmado el 31/10/1989", &["31/10/1989 = 1989-10-31"]);
    check("firmado el 3/11/2023", &["3/11/2023 = 2023-11-03"]);
    check("el 1º de mayo de 1998", &["1º de mayo de 1998 = 1998-05-01"]);
    check("el primero de enero de 2020", &["primero de enero de 2020 = 2020-01-01"]);
    check("el pasado 3 de mayo", &["el pasado 3 de mayo = 2023-05-03"]);
    check("el próximo 15 de diciembre", &["el próximo 15 de diciembre = 2023-12-15"]);
    check("en mayo del año pasado", &["mayo del año pasado = 2022-05"]);
    check("el 3 de mayo del año pasado", &["3 de mayo del año pasado = 2022-05-03"]);
    check("el 5 de marzo de este año", &["5 de marzo de este año = 2023-03-05"]);
    check("en el año 2000", &["el año 2000 = 2000"]);
    check("en enero de dos mil veintidós", &["enero de dos mil veintidós = 2022-01"]);
}

#[test]
fn months_and_seasons() {
    check("en mayo pasado", &["mayo pasado = 2023-05"]);
    check("en el pasado mes de mayo", &["el pasado mes de mayo = 2023-05"]);
    check("el mes de octubre", &["mes de octubre = 2023-10"]);
    check("el próximo mes de enero", &["el próximo mes de enero = 2024-01"]);
    check("el pasado verano", &["el pasado verano = 2023-SU"]);
    check("en la primavera de 2022", &["la primavera de 2022 = 2022-SP"]);
    check("a principios de marzo de 2020", &["principios de marzo de 2020 = 2020-03"]);
}

#[test]
fn weekdays_follow_the_verb() {
    check("El presidente viajará el viernes a Roma.", &["viernes = 2023-11-17"]);
    check("Los ministros se reunirán el lunes.", &["lunes = 2023-11-20"]);
    check("La reunión está prevista para el lunes.", &["lunes = 2023-11-20"]);
    check("Los ministros se reunieron el lunes.", &["lunes = 2023-11-13"]);
    check("Fue detenido el domingo.", &["domingo = 2023-11-12"]);
    check("El plazo vence el viernes.", &["viernes = 2023-11-17"]);
    check("el pasado martes", &["el pasado martes = 2023-11-14"]);
    check("el próximo martes", &["el próximo martes = 2023-11-21"]);
    check("el martes próximo", &["el martes próximo = 2023-11-21"]);
    check("el lunes que viene", &["el lunes que viene = 2023-11-20"]);
    check("este miércoles", &["este miércoles = 2023-11-15"]);
    check("desde el lunes", &["lunes = 2023-11-13"]);
    check("hasta el viernes", &["viernes = 2023-11-17"]);
    check("el martes por la noche", &["martes por la noche = 2023-11-14TNI"]);
    check("en la noche del martes", &["la noche del martes = 2023-11-14TNI"]);
}

#[test]
fn relative() {
    check("ayer", &["ayer = 2023-11-14"]);
    check("ayer por la tarde", &["ayer por la tarde = 2023-11-14TAF"]);
    check("anteayer", &["anteayer = 2023-11-13"]);
    check("anoche", &["anoche = 2023-11-14TNI"]);
    check("Viajará mañana.", &["mañana = 2023-11-16"]);
    check("mañana por la mañana", &["mañana por la mañana = 2023-11-16TMO"]);
    check("pasado mañana", &["pasado mañana = 2023-11-17"]);
    check("esta mañana", &["esta mañana = 2023-11-15TMO"]);
    check("toda la mañana", &[]);
    check("la semana pasada", &["la semana pasada = 2023-W45"]);
    check("la próxima semana", &["la próxima semana = 2023-W47"]);
    check("la semana que viene", &["la semana que viene = 2023-W47"]);
    check("el mes que viene", &["el mes que viene = 2023-12"]);
    check("el próximo año", &["el próximo año = 2024"]);
    check("este mes", &["este mes = 2023-11"]);
    check("el presente año", &["el presente año = 2023"]);
    check("este fin de semana", &["este fin de semana = 2023-W46-WE"]);
    check("el pasado fin de semana", &["el pasado fin de semana = 2023-W45-WE"]);
    check("el fin de semana pasado", &["el fin de semana pasado = 2023-W45-WE"]);
    check("el próximo fin de semana", &["el próximo fin de semana = 2023-W47-WE"]);
    check("el siglo XX", &["el siglo XX = 19"]);
    check("en los años 90", &["los años 90 = 199"]);
    check("en los años noventa", &["los años noventa = 199"]);
    check("en la década de 1980", &["la década de 1980 = 198"]);
}

#[test]
fn offsets() {
    check("hace dos años", &["hace dos años = 2021"]);
    check("hace dos semanas", &["hace dos semanas = 2023-W44"]);
    check("hace una semana", &["hace una semana = 2023-W45"]);
    check("hace tres días", &["hace tres días = 2023-11-12"]);
    check("hace un año y medio", &["hace un año y medio = 2022-05"]);
    check("hace más de veinte años", &["hace más de veinte años = 2003"]);
    check("hace treinta y cinco años", &["hace treinta y cinco años = 1988"]);
    check("dos semanas atrás", &["dos semanas atrás = 2023-W44"]);
    check("hace años", &["hace años = PAST_REF"]);
    check("dentro de dos días", &["dentro de dos días = 2023-11-17"]);
    check("dentro de un mes", &["dentro de un mes = 2023-12"]);
    check(
        "Llegó el 3 de mayo de 1998. Dos días después se fue.",
        &["3 de mayo de 1998 = 1998-05-03", "Dos días después = 1998-05-05"],
    );
    check(
        "Llegó el 3 de mayo de 1998. Al día siguiente se fue.",
        &["3 de mayo de 1998 = 1998-05-03", "día siguiente = 1998-05-04"],
    );
}

#[test]
fn clock_times() {
    check("a las 15:30 horas", &["15:30 horas = 2023-11-15T15:30"]);
    check("a las 15.30 horas", &["15.30 horas = 2023-11-15T15:30"]);
    check("a las 20 horas", &["las 20 horas = 2023-11-15T20:00"]);
    check("a las 8:30 de la noche", &["8:30 de la noche = 2023-11-15T20:30"]);
    check("a las 8 de la mañana", &["las 8 de la mañana = 2023-11-15T08:00"]);
    check("a las tres de la tarde", &["las tres de la tarde = 2023-11-15T15:00"]);
    check("a las ocho y media de la noche", &["las ocho y media de la noche = 2023-11-15T20:30"]);
    check("a la una de la tarde", &["la una de la tarde = 2023-11-15T13:00"]);
    check("a las 10:15 GMT", &["10:15 GMT = 2023-11-15T10:15"]);
    check("a medianoche", &["medianoche = 2023-11-15T24:00"]);
}

#[test]
fn quarters() {
    check("en el tercer trimestre de 2022", &["el tercer trimestre de 2022 = 2022-Q3"]);
    check("en el primer semestre del año pasado", &["el primer semestre del año pasado = 2022-H1"]);
    check("en el segundo trimestre de este año", &["el segundo trimestre de este año = 2023-Q2"]);
}

#[test]
fn lengths() {
    check("durante cinco años", &["cinco años = P5Y"]);
    check("los últimos cinco años", &["los últimos cinco años = P5Y"]);
    check("las próximas 24 horas", &["las próximas 24 horas = PT24H"]);
    check("en los últimos meses", &["los últimos meses = PXM"]);
    check("duró media hora", &["media hora = PT30M"]);
    check("duró un año y medio", &["un año y medio = P1Y6M"]);
    check("duró dos horas y media", &["dos horas y media = PT2H30M"]);
    check("duró 2,5 años", &["2,5 años = P2Y6M"]);
    check("duró 1.000 días", &["1.000 días = P1000D"]);
    check("ciento veinte días", &["ciento veinte días = P120D"]);
    check("doscientos cincuenta años", &["doscientos cincuenta años = P250Y"]);
    check("treinta y cinco minutos", &["treinta y cinco minutos = PT35M"]);
    check("unos días", &["unos días = PXD"]);
    check("un hombre de 44 años de edad", &[]);
}

#[test]
fn what_recurs_and_what_is_vague() {
    check("cada día", &["cada día = P1D"]);
    check("todos los lunes", &["todos los lunes = XXXX-WXX-1"]);
    check("abre los sábados", &["los sábados = XXXX-WXX-6"]);
    check("una vez al mes", &["una vez al mes = P1M"]);
    check("el diario El País", &[]);
    check("en el futuro", &["el futuro = FUTURE_REF"]);
    check("hoy en día", &["hoy en día = PRESENT_REF"]);
    check("ese mismo día", &["ese mismo día = 2023-11-15"]);
    check("en Semana Santa de 2024", &["Semana Santa de 2024 = 2024-W13"]);
    check("el Viernes Santo", &["Viernes Santo = 2024-03-29"]);
}

#[test]
fn other_languages_find_iso_dates_only() {
    common::check_in(Language::Other, "2023-11-15", "am 2023-11-03, Freitag", &["2023-11-03 = 2023-11-03"]);
}

#[test]
fn counted_and_uncounted() {
    check("Llegó hace un par de meses.", &["hace un par de meses = 2023-09"]);
    check("Entrena dos veces por semana.", &["dos veces por semana = P1W"]);
    check("Murió en la década de los ochenta.", &["la década de los ochenta = 198"]);
    check("Ayer noche llegó.", &["Ayer noche = 2023-11-14TNI"]);
    check("en el último trimestre de 2012", &["el último trimestre de 2012 = 2012-Q4"]);
    check("en lo que va de año", &["lo que va de año = 2023"]);
    check("Se quedará otro año y otras dos semanas.", &["otro año = P1Y", "otras dos semanas = P2W"]);
    check("Tiene 25 años.", &[]);
    check("Estuvo abierto del lunes al viernes.", &["lunes = 2023-11-13", "viernes = 2023-11-17"]);
}
