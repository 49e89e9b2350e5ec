//! Spanish: days, months, years, clock times, relative expressions. Only data:
//! the engine is the one of English.

use crate::tagger::class::Class;
use crate::tagger::rule::{Applies, Build, Extension, LanguageData, Rule};
use crate::timex::Modifier;

/// Spanish of any country.
pub(crate) const SPANISH: LanguageData = LanguageData {
    words: WORDS,
    rules: RULES,
    before: BEFORE,
    after: &[],
    past_endings: &["ó", "aron", "ieron", "aba", "aban", "ado", "ido"],
    other_endings: &[],
    progressive_endings: &[],
    plural_endings: &["s"],
};

const WORDS: &[(Class, &str)] = &[
    (
        Class::Month,
        "enero|ene.=1 febrero|feb.=2 marzo=3 abril|abr.=4 mayo=5 junio|jun.=6 julio|jul.=7 agosto|ago.=8 \
         septiembre|setiembre|sept.=9 octubre|oct.=10 noviembre|nov.=11 diciembre|dic.=12",
    ),
    (Class::Weekday, "lunes=1 martes=2 miércoles|miercoles=3 jueves=4 viernes=5 sábado|sabado=6 domingo=7"),
    (Class::Weekdays, "sábados=6 domingos=7"),
    (
        Class::Unit,
        "segundo=0 minuto=1 hora=2 día|dia=3 semana=4 quincena=6 mes=7 trimestre=8 semestre=9 año=10 década=11 siglo=12",
    ),
    (
        Class::Units,
        "segundos=0 minutos=1 horas=2 días|dias=3 semanas=4 quincenas=6 meses=7 trimestres=8 semestres=9 años=10 \
         décadas=11 siglos=12",
    ),
    (Class::Part, "mañana|madrugada=0 mediodía=1 tarde=2 noche=4"),
    (Class::Season, "primavera=0 verano=1 otoño=2 invierno=3"),
    (
        Class::Number,
        "un|una|uno=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 \
         trece=13 catorce=14 quince=15 dieciséis=16 diecisiete=17 dieciocho=18 diecinueve=19 veinte=20 treinta=30 \
         cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90 cien|ciento=100",
    ),
    (Class::Factor, "mil=1000 millones|millón=1000000"),
    (Class::Several, "varios varias algunos algunas unos unas muchos muchas pocos pocas"),
    (Class::And, "y"),
    (Class::Or, "o a"),
    (Class::Ordinal, "primer|primero|primera=1 segundo|segunda=2 tercer|tercero|tercera=3 cuarto|cuarta=4"),
    (Class::OClock, "horas"),
    (Class::Zone, "gmt|utc=0"),
    (Class::Slash, "/"),
    (Class::The, "el la los las"),
    (Class::This, "este|esta|actual=0"),
    (Class::Last, "pasado|pasada|pasados|pasadas|último|última|últimos|últimas|anterior=-1"),
    (Class::Next, "próximo|próxima|próximos|próximas|siguiente=1"),
    (Class::Today, "hoy=0 ayer=-1 anteayer|antier=-2"),
    (Class::Tonight, "anoche=4"),
    (Class::Ago, "hace"),
    (Class::Later, "después"),
    (Class::Earlier, "antes"),
    (Class::Every, "cada todos todas"),
    (
        Class::Frequency,
        "diario|diaria|diariamente=3 semanal|semanalmente=4 mensual|mensualmente=7 anual|anualmente=10",
    ),
    (Class::Same, "mismo misma"),
    (Class::That, "ese esa aquel aquella"),
    (Class::Present, "ahora actualmente"),
    (Class::Past, "recientemente"),
    (Class::Future, "pronto"),
    (Class::PastNoun, "pasado"),
    (Class::FutureNoun, "futuro"),
    (Class::Preposition, "en de desde hasta del para por entre durante y a antes después hacia"),
    (Class::Sign, "$ € % euros dólares pesos"),
    (Class::Holiday, "navidad=0 nochebuena=1 nochevieja=3"),
    (Class::FutureCue, "será serán podrá podrán va van prevé previsto prevista habrá tendrá tendrán deberá"),
    (Class::Will, "será serán podrá podrán habrá tendrá tendrán deberá"),
    (Class::PastCue, "fue fueron era había han ha hubo hizo dijo murió tuvo estuvo"),
    (Class::Since, "desde"),
    (Class::For, "durante por"),
];

const RULES: &[Rule] = &[
    Rule::new(
        "iso-date",
        "A calendar day or month in digits: 2023-11-03.",
        Build::Calendar,
        &["Iso", "IsoMonth"],
    ),
    Rule::new(
        "full-date",
        "A day with its month and perhaps its year: el 3 de mayo de 1998.",
        Build::Calendar,
        &["[Weekday ,?]? Day|Ordinal de Month [de|del|, Year]?", "Month de|del Year", "Month Year"],
    ),
    Rule::new(
        "slash-date",
        "Day, month and year in digits: 31/10/1989.",
        Build::Digits,
        &["Day Slash Day Slash Year|ShortYear"],
    ),
    Rule::new("month", "A month alone: en marzo.", Build::Calendar, &["Month"]),
    Rule::new(
        "relative-month",
        "A month, season or weekday beside this, last or next: el lunes pasado.",
        Build::Calendar,
        &[
            "[el|la]? Month|Weekday|Season Last|Next",
            "[el|la]? Last|Next Month|Weekday|Season",
            "This Month|Weekday|Season",
            "Season de|del Year",
        ],
    ),
    Rule::new("season", "A season: el verano.", Build::Calendar, &["The Season"]),
    Rule::new("year", "A year in digits: 1989.", Build::Guarded, &["Year"]),
    Rule::new("century", "A century: el siglo veinte.", Build::Nothing, &["siglo Number"]),
    Rule::new("weekday", "A weekday: el viernes.", Build::Calendar, &["Weekday", "Weekday por la Part"]),
    Rule::new(
        "deictic-day",
        "A day counted from publication: ayer por la tarde.",
        Build::Calendar,
        &["Today [por la Part]?", "Tonight", "Today por la Part"],
    ),
    Rule::new("part-of-day", "A part of a day: esta mañana.", Build::Calendar, &["This Part"]),
    Rule::new("clock", "A time of day: las 15:30 horas.", Build::Calendar, &["Clock OClock? Zone?"]),
    Rule::new(
        "ordinal-quarter",
        "A quarter or half of a year: el tercer trimestre de 1989.",
        Build::Calendar,
        &["The? Ordinal trimestre|semestre [de|del Year]?"],
    ),
    Rule::new(
        "window",
        "A length that ends or begins at publication: los últimos cinco años.",
        Build::Window,
        &["The? Last|Next Number Units", "The? Number Last|Next Units", "The Last|Next Units"],
    ),
    Rule::new(
        "deictic-unit",
        "A unit counted from publication: la semana pasada, este año.",
        Build::Deictic,
        &["[el|la]? Unit Last|Next", "[el|la]? Last|Next Unit", "This Unit", "The Unit This"],
    ),
    Rule::new("ago", "An offset from publication: hace dos años.", Build::Offset, &["Ago Number Units|Unit"]),
    Rule::new(
        "later",
        "An offset from what the story named last: dos días después.",
        Build::Offset,
        &["Number Units|Unit Later|Earlier"],
    ),
    Rule::new("duration", "A length of time: cinco años.", Build::Duration, &["Number Units|Unit"]),
    Rule::new(
        "set",
        "What recurs: cada día, todos los años.",
        Build::Set,
        &["Every Unit|Weekday|Month|Season", "Every los|las Units|Weekday|Weekdays", "Frequency"],
    ),
    Rule::new(
        "vague",
        "A vague reference: ahora, el futuro.",
        Build::Vague,
        &["Present|Past|Future", "el PastNoun|FutureNoun"],
    ),
    Rule::new(
        "anaphor",
        "What the story named last: ese día, el mismo mes.",
        Build::Anaphor,
        &["That Unit", "el|la Same Unit"],
    ),
];

const BEFORE: &[Extension] = &[
    Extension::new(Modifier::Start, Applies::Points, &["principios de", "comienzos de", "inicios de"]),
    Extension::new(Modifier::Mid, Applies::Points, &["mediados de"]),
    Extension::new(Modifier::End, Applies::Points, &["finales de", "fines de"]),
    Extension::new(
        Modifier::Approx,
        Applies::Any,
        &["unos", "unas", "aproximadamente", "alrededor de", "casi"],
    ),
    Extension::new(Modifier::MoreThan, Applies::Amounts, &["más de"]),
    Extension::new(Modifier::LessThan, Applies::Amounts, &["menos de"]),
    Extension::new(Modifier::EqualOrMore, Applies::Amounts, &["al menos", "por lo menos"]),
];
