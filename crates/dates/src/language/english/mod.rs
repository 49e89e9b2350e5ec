//! English: words, rules and the words that change an expression beside them.

mod rules;

use crate::tagger::class::Class;
use crate::tagger::rule::LanguageData;

/// English of any country.
pub(crate) const ENGLISH: LanguageData = LanguageData {
    words: WORDS,
    rules: rules::RULES,
    before: rules::BEFORE,
    after: rules::AFTER,
    past_endings: &["ed"],
    other_endings: &["eed"],
    progressive_endings: &["ing"],
    adverb_endings: &["ly"],
    future_endings: &[],
    articled_days: false,
    decimal_comma: false,
    plural_endings: &["s"],
};

const WORDS: &[(Class, &str)] = &[
    (
        Class::Month,
        "january|jan.=1 february|feb.=2 mar.=3 april|apr.=4 june|jun.=6 july|jul.=7 august|aug.=8 \
         september|sep.|sept.=9 october|oct.=10 november|nov.=11 december|dec.=12",
    ),
    (Class::MonthWord, "march=3 may=5"),
    (Class::MonthShort, "mar=3 jan=1 feb=2 apr=4 jun=6 jul=7 aug=8 sep|sept=9 oct=10 nov=11 dec=12"),
    (
        Class::Weekday,
        "monday|mon.=1 tuesday|tue.|tues|tues.=2 wednesday|wed.=3 thursday|thu.|thurs|thurs.=4 \
         friday|fri.=5 saturday|sat.=6 sunday|sun.=7",
    ),
    (Class::WeekdayShort, "mon=1 tue=2 wed=3 thu|thur=4 fri=5 sat=6 sun=7"),
    (Class::Weekdays, "mondays=1 tuesdays=2 wednesdays=3 thursdays=4 fridays=5 saturdays=6 sundays=7"),
    (
        Class::Unit,
        "minute|min=1 hour|hr=2 day=3 week=4 weekend=5 fortnight=6 month=7 quarter=8 year|yr=10 \
         decade=11 century=12 millennium=13",
    ),
    (
        Class::Units,
        "seconds|secs=0 minutes|mins=1 hours|hrs=2 days=3 weeks=4 weekends=5 fortnights=6 months=7 quarters=8 \
         years|yrs=10 decades=11 centuries=12 millennia|millenniums=13",
    ),
    (Class::HalfYear, "half=9"),
    (Class::Period, "period=8"),
    (Class::Part, "morning|dawn=0 afternoon=2 evening|dusk=3 night|overnight=4"),
    (Class::Parts, "mornings=0 afternoons=2 evenings=3 nights=4"),
    (Class::Season, "summer|summertime=1 autumn=2 winter|wintertime=3 springtime=0"),
    (Class::SeasonWord, "spring=0 fall=2"),
    (Class::Seasons, "summers=1 autumns=2 winters=3"),
    (
        Class::Number,
        "zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 \
         thirteen=13 fourteen=14 fifteen=15 sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 \
         thirty=30 forty|fourty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90",
    ),
    (Class::Factor, "hundred=100 thousand=1000 million=1000000 billion=1000000000"),
    (Class::Several, "several few many numerous dozens hundreds"),
    (Class::Group, "couple=2 dozen=12"),
    (Class::And, "and &"),
    (Class::Or, "or to - – through"),
    (Class::Half, "half|½=500"),
    (
        Class::Ordinal,
        "first=1 second=2 third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 eleventh=11 \
         twelfth=12 thirteenth=13 fourteenth=14 fifteenth=15 sixteenth=16 seventeenth=17 eighteenth=18 \
         nineteenth=19 twentieth=20",
    ),
    (
        Class::Decade,
        "twenties=1920 thirties=1930 forties=1940 fifties=1950 sixties=1960 seventies=1970 eighties=1980 \
         nineties=1990",
    ),
    (Class::Meridiem, "am|a.m|a.m.=0 pm|p.m|p.m.=12"),
    (Class::OClock, "o'clock o’clock"),
    (Class::ClockHours, "hours hrs hrs."),
    (Class::ZoneWord, "eastern=10000 central=10001 mountain=10002 pacific=10003"),
    (Class::InPart, "in"),
    (Class::PartBound, "by until till since"),
    (
        Class::Zone,
        "gmt|utc=0 est=-300 edt=-240 et=10000 cst=-360 cdt=-300 ct=10001 mst=-420 mdt=-360 mt=10002 \
         pst=-480 pdt=-420 pt=10003 akdt=-480 akst=-540 bst=60 cet=60 cest=120 eet=120 ist=330 jst=540 aest=600 aedt=660 hkt=480 msk=180",
    ),
    (Class::ClockWord, "noon|noontime|midday=720 midnight=1440"),
    (Class::A, "a an"),
    (Class::The, "the"),
    (Class::Its, "its their our his her my your"),
    (Class::This, "this|current=0"),
    (Class::Last, "last|past|previous=-1"),
    (Class::Next, "next|coming|upcoming=1"),
    (Class::Today, "today=0 yesterday=-1 tomorrow=1"),
    (Class::Tonight, "tonight=4 overnight=-6"),
    (Class::Ago, "ago"),
    (Class::Hence, "hence"),
    (Class::Earlier, "earlier"),
    (Class::Later, "later afterwards afterward"),
    (Class::Every, "every each"),
    (Class::Frequency, "hourly=2 daily=3 weekly=4 monthly=7 yearly|annually=10 nightly=3"),
    (Class::Times, "once twice times thrice"),
    (Class::Start, "early beginning start"),
    (Class::Mid, "mid middle"),
    (Class::End, "late end"),
    (Class::Fiscal, "fiscal fy"),
    (Class::Same, "same"),
    (Class::That, "that those"),
    (Class::Alternate, "other=2"),
    (Class::Following, "following|ensuing=1 preceding|prior=-1"),
    (Class::Beyond, "previous=-1"),
    (Class::NextDay, "next=1"),
    (Class::Recent, "recent"),
    (Class::Latest, "latest"),
    (Class::Present, "now currently nowadays"),
    (Class::Past, "recently lately"),
    (Class::Future, "soon"),
    (Class::PresentNoun, "days"),
    (Class::PastNoun, "past"),
    (Class::FutureNoun, "future"),
    (
        Class::Preposition,
        "in on at since until till by from during of for before after between through throughout about around \
         toward towards as within over and to or",
    ),
    (Class::Sign, "$ £ € % ¥ percent pence cents dollars points no. number #"),
    (Class::Counter, "at flight route highway channel no. number"),
    (Class::Joint, "at , - – | @ on"),
    (Class::Slash, "/"),
    (Class::QuarterName, "q1|1q=1 q2|2q=2 q3|3q=3 q4|4q=4"),
    (Class::Beside, "before=-1 after=1"),
    (Class::Lasting, "daylong=3 weeklong=4 monthlong=7 yearlong=10 decadelong=11"),
    (Class::Hyphen, "-"),
    (Class::Old, "old"),
    (Class::Long, "long"),
    (
        Class::Filler,
        "more full straight consecutive additional extra whole entire solid calendar trading business working fiscal",
    ),
    (
        Class::FutureCue,
        "will|'ll|’ll|shall|won't|won’t|would|should|may|might|must|can|could=1 scheduled expected due planned effective payable slated \
         supposed planning expect expects anticipates upcoming tomorrow likely going unless deadline tentatively intends kicks begins \
         starts opens resumes expires convenes arrives departs travels takes airs poised meets hosts resume convene reconvene await awaits",
    ),
    (
        Class::PastCue,
        "died used was were did said told made gave saw began held met won lost \
         built bought sold thought found kept fought struck hit broke spoke wrote \
         became grew knew cut quit drew threw paid read felt stood has have been \
         agreed decided asked invited urged wanted hoped vowed threatened promised pledged ordered intended told called",
    ),
    (
        Class::PastGovernor,
        "failed began started continued managed used tried helped refused came went took got left fell rose sent brought led shot drove flew ran put \
         forced",
    ),
    (
        Class::FutureGovernor,
        "want wants wanted hope hopes hoped intend need needs seek seeks aim aims plan plans agree agrees agreed vow vows \
         vowed pledge pledges pledged promise promises promised threaten threatens threatened decide decides decided set \
         ready unlikely prepared preparing willing about yet is are was were be agreement deal decision proposal bid \
         chance opportunity invitation order appeal ordered asked invited urged intended told allowed required called forecast projected predicted tipped",
    ),
    (Class::Pronoun, "him her them us me you it not he she they we"),
    (Class::Report, "says say reports quotes tells writes"),
    (Class::Will, "will 'll ’ll shall won't won’t"),
    (Class::Had, "had 'd ’d"),
    (Class::BePresent, "is are am 're ’re"),
    (
        Class::AheadFirst,
        "early soon ahead=1 later forward|off|back|postponed|delayed|deferred|adjourned|rescheduled|moved=2",
    ),
    (Class::AheadSecond, "as of than"),
    (
        Class::Mishap,
        "attack attacks bombing bombings shooting shootings crash crashes explosion explosions blast blasts killing killings \
         murder murders death deaths earthquake quake arrest arrests raid raids defeat loss win victory accident incident massacre \
         assault riot riots coup collapse derailment outage breach robbery stabbing slaying violence clashes",
    ),
    (Class::Starting, "starting beginning"),
    (Class::Possessive, "'s ’s"),
    (Class::Between, "between"),
    (Class::Through, "to through thru until till - – —"),
    (Class::Dash, "- – —"),
    (Class::Spanning, "season seasons school academic campaign budget term winter session edition"),
    (Class::Plus, "+"),
    (Class::SmallHours, "hours"),
    (Class::Open, "( ["),
    (Class::Close, ") ]"),
    (Class::Comma, ","),
    (Class::OnDay, "on"),
    (Class::Stop, ". , ; : ! ? ) ] \" ” ’’ ''"),
    (Class::Exactly, "exactly precisely"),
    (Class::Fraction, "quarter=250"),
    (Class::Coming, "coming upcoming"),
    (Class::AtTime, "at by until till around about from before after since between to"),
    (
        Class::Make,
        "acura audi bentley bmw buick cadillac camaro chevrolet chevy chrysler corvette dodge ferrari fiat ford gmc harley honda \
         hyundai infiniti isuzu jaguar jeep kawasaki kia lamborghini land lexus lincoln maserati mazda mercedes mercedes-benz \
         mini mitsubishi nissan oldsmobile peugeot plymouth pontiac porsche renault rolls-royce saab saturn subaru suzuki tesla toyota \
         triumph vauxhall volkswagen volvo vw yamaha cessna piper beechcraft boeing gulfstream",
    ),
    (Class::Infinitive, "to"),
    (Class::Be, "be being"),
    (Class::Until, "by until till through"),
    (Class::Since, "since ended following"),
    (Class::For, "for within"),
    (Class::Holiday, "christmas|xmas=0 easter=4 thanksgiving=9 halloween=10 pentecost=26"),
    (
        Class::NamedDay,
        "christmas=0 new-year=2 year=2 valentine=11 labor|labour=12 memorial=13 independence=14 \
         veterans|armistice|remembrance=15 columbus=16 presidents=18 election=19 patrick=20 may=21 boxing=22 \
         bastille=23 thanksgiving=9",
    ),
    (Class::NamedEve, "christmas=1 year=3"),
    (Class::Feast, "friday=5 monday=6 sunday=7 wednesday=8 thursday=25 week=24"),
];
