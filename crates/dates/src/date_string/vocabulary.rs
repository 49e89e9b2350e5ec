//! The words of date strings in the languages of news: months, weekdays,
//! halves of the day, zones, and words that say nothing.

use crate::word_map::WordMap;
use std::sync::LazyLock;

/// What part of a date or time a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// What a word of a date string means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Month(i8),
    /// Hours to add to the first half of the day.
    Meridiem(u64),
    /// Minutes east of UTC.
    Zone(i32),
    /// The word names the part that the number before it is.
    Role(Role),
    /// "noon": minutes after midnight.
    Clock(u16),
    /// Weekdays and prepositions.
    Nothing,
}

/// The meaning of `word` as a whole.
pub(super) fn find(word: &str) -> Option<Meaning> {
    WORDS.find(word).or_else(|| {
        // Slavic and Thai writing put a word of the calendar before or behind.
        word.strip_prefix("เดือน").and_then(|rest| WORDS.find(rest))
    })
}

/// The month or weekday that `word`, cut short, can only be.
pub(super) fn by_prefix(word: &str) -> Option<Meaning> {
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    let mut found = None;
    for (full, meaning) in WORDS.iter() {
        if !matches!(meaning, Meaning::Month(_)) || !full.starts_with(&word) {
            continue;
        }
        if found.is_some_and(|known| known != meaning) {
            return None;
        }
        found = Some(meaning);
    }
    found
}

static WORDS: LazyLock<WordMap<Meaning>> = LazyLock::new(|| {
    let mut words = WordMap::default();
    for (month, names) in (1..).zip(MONTHS) {
        add(&mut words, names, Meaning::Month(month));
    }
    add(&mut words, MORNING, Meaning::Meridiem(0));
    add(&mut words, EVENING, Meaning::Meridiem(12));
    for (role, names) in ROLES {
        add(&mut words, names, Meaning::Role(role));
    }
    add(&mut words, NOON, Meaning::Clock(720));
    add(&mut words, MIDNIGHT, Meaning::Clock(0));
    for &(zone, minutes) in ZONES {
        words.add(zone, Meaning::Zone(minutes));
    }
    add(&mut words, WEEKDAYS, Meaning::Nothing);
    add(&mut words, FILLERS, Meaning::Nothing);
    words
});

fn add(words: &mut WordMap<Meaning>, names: &str, meaning: Meaning) {
    for name in names.split_whitespace() {
        words.add(name, meaning);
        // Bengali writes one letter as one sign or as two.
        if name.contains('\u{9df}') {
            words.add(&name.replace('\u{9df}', "\u{9af}\u{9bc}"), meaning);
        }
        if name.contains("\u{9af}\u{9bc}") {
            words.add(&name.replace("\u{9af}\u{9bc}", "\u{9df}"), meaning);
        }
    }
}

/// Names of the months, January first. Languages in this order: English,
/// Spanish, French, German, Portuguese, Italian, Dutch, Russian, Polish,
/// Turkish, Greek, Hungarian, Danish, Swedish, Norwegian, Arabic; then
/// Romanian, Czech, Slovak, Ukrainian, Belarusian, Bulgarian, Croatian,
/// Serbian, Finnish, Indonesian, Filipino, Catalan, Hindi, Bengali, Georgian,
/// Thai, Vietnamese, Hebrew, Persian loans, Estonian, Latvian, Lithuanian.
const MONTHS: [&str; 12] = [
    "january jan enero ene janvier janv januar jänner jän janeiro gennaio gen januari января январь янв ян \
     stycznia styczeń sty ocak oca ιανουάριος ιανουαρίου ιαν január janv januar يناير جانفي ianuarie ian \
     leden ledna led január januára січня січень січ студзеня студзень януари siječanj siječnja sij јануар \
     tammikuu tammikuuta enero gener जनवरी जन জানুয়ারি জানুয়ারী জানু იანვარი იან มกราคม ม.ค một ינואר ژانویه \
     jaanuar janvāris sausio sausis",
    "february feb febrero février fevrier févr fév fev februar feber fevereiro febbraio febb februari \
     февраля февраль фев февр lutego luty lut şubat subat şub φεβρουάριος φεβρουαρίου φεβ φεβρ február \
     febr فبراير فيفري februarie februára únor února úno лютого лютий лют лютага люты февруари veljača \
     veljače velj фебруар helmikuu helmikuuta pebrero peb febrer फरवरी फ़रवरी ফেব্রুয়ারি ফেব্রুয়ারী ফেব \
     თებერვალი თებ กุมภาพันธ์ กุมภา ก.พ hai פברואר فوریه veebruar februāris vasario vasaris",
    "march mar marzo mars märz maerz mär mrz marz março marco maart mrt марта март мар marca marzec mart \
     μάρτιος μαρτίου μάρ μαρ március márc marts مارس martie březen března bře brezna березня березень \
     бер сакавіка сакавік ožujak ožujka ožu maaliskuu maaliskuuta maret marso març मार्च মার্চ მარტი \
     მარ มีนาคม มี.ค ba מרץ märts kovo kovas",
    "april apr abril abr avril avr abril aprile april апреля апрель апр kwietnia kwiecień kwi nisan nis \
     απρίλιος απριλίου απρ április ápr أبريل ابريل أفريل aprilie duben dubna dub apríl apríla квітня \
     квітень кві красавіка красавік април travanj travnja tra huhtikuu huhtikuuta abril अप्रैल এপ্রিল აპრილი \
     აპრ เมษายน เม.ย tư אפריל آوریل aprill aprīlis balandžio balandis",
    "may mayo mai maio mag maggio mei мая май maja maj mayıs mayis may μάιος μαΐου μαΐ μάι május máj مايو \
     ماي mai květen května kvě kveten mája травня травень трав тра мая май травень svibanj svibnja svi мај \
     toukokuu toukokuuta mayo maig मई মে მაისი მაი พฤษภาคม พ.ค năm מאי مه maijs gegužės gegužė",
    "june jun junio juin juni junho giugno giu juni июня июнь июн czerwca czerwiec cze haziran haz ιούνιος \
     ιουνίου ιούν ιουν június jún يونيو يونيه جوان iunie iun červen června čer cerven júna jún червня \
     червень чер чэрвеня чэрвень юни lipanj lipnja јун kesäkuu kesäkuuta hunyo hun juny जून জুন ივნისი ივნ \
     มิถุนายน มิ.ย sáu יוני ژوئن juuni jūnijs birželio birželis",
    "july jul julio juillet juil juli julho luglio lug juli июля июль июл lipca lipiec lip temmuz tem \
     ιούλιος ιουλίου ιούλ ιουλ július júl يوليو يوليه جويلية iulie iul červenec července čvc cervenec \
     júla липня липень лип ліпеня ліпень юли srpanj srpnja јул heinäkuu heinäkuuta hulyo hul juliol \
     जुलाई জুলাই ივლისი ივლ กรกฎาคม ก.ค bảy יולי ژوئیه juuli jūlijs liepos liepa",
    "august aug agosto ago août aout august agosto augustus августа август авг sierpnia sierpień sie \
     ağustos agustos ağu αύγουστος αυγούστου αύγ αυγ augusztus أغسطس اغسطس أوت augusti august srpen srpna \
     srp augusta серпня серпень сер жніўня жнівень kolovoz kolovoza kol elokuu elokuuta agustus agosto \
     agost अगस्त আগস্ট აგვისტო აგვ สิงหาคม ส.ค tám אוגוסט اوت augusts rugpjūčio rugpjūtis",
    "september sep sept septiembre setiembre septembre settembre setembro set sett сентября сентябрь сен \
     сент września wrzesień wrz eylül eylul eyl σεπτέμβριος σεπτεμβρίου σεπ σεπτ szeptember szept سبتمبر \
     septembrie září zaří zář zari septembra вересня вересень вер верасня верасень септември rujan rujna \
     ruj септембар syyskuu syyskuuta setyembre setembre सितंबर सितम्बर সেপ্টেম্বর সেপ্ট სექტემბერი სექ กันยายน \
     ก.ย chín ספטמבר سپتامبر septembris rugsėjo rugsėjis",
    "october oct octubre octobre oktober okt outubro out ottobre ott октября октябрь окт października \
     październik paź ekim eki οκτώβριος οκτωβρίου οκτ október أكتوبر اكتوبر octombrie říjen října říj rijen \
     októbra жовтня жовтень жов кастрычніка кастрычнік октомври октобар lokakuu lokakuuta \
     oktubre octubre अक्टूबर অক্টোবর ოქტომბერი ოქტ ตุลาคม ต.ค mười אוקטובר اکتبر oktoober oktobris spalio \
     spalis",
    "november nov noviembre novembre novembro ноября ноябрь ноя нояб listopada listopad lis kasım kasim kas \
     νοέμβριος νοεμβρίου νοέ νοε νοεμ november نوفمبر noiembrie noi listopadu novembra листопада листопад \
     лис лістапада лістапад ноември studeni studenoga studenog studenom stu новембар marraskuu marraskuuta \
     nobyembre novembre नवंबर नवम्बर নভেম্বর ნოემბერი ნოე พฤศจิกายน พ.ย נובמבר نوامبر novembris lapkričio \
     lapkritis",
    "december dec diciembre dic décembre decembre déc dezember dez dezembro dicembre декабря декабрь дек \
     grudnia grudzień gru aralık aralik ara δεκέμβριος δεκεμβρίου δεκ december ديسمبر decembrie prosinec \
     prosince pro decembra грудня грудень гру снежня снежань декември prosinac prosinca децембар joulukuu \
     joulukuuta desember des disyembre desembre दिसंबर दिसम्बर ডিসেম্বর ডিস დეკემბერი დეკ ธันวาคม ธ.ค דצמבר \
     دسامبر detsember decembris gruodžio gruodis",
];

const MORNING: &str = "am a.m a 上午 早上 凌晨 午前 오전 ap πμ π.μ ص पूर्वाह्न délelőtt sabah öö";
const EVENING: &str = "pm p.m p 下午 晚上 晚 午後 오후 ip μμ μ.μ م अपराह्न délután";
const NOON: &str = "noon midday mittags mediodía midi mezzogiorno podne 中午 öğlen полдень południe";
const MIDNIGHT: &str = "midnight mitternacht medianoche minuit mezzanotte ponoć полночь północ";

const ROLES: [(Role, &str); 6] = [
    (Role::Year, "年 년"),
    (Role::Month, "月 월"),
    (Role::Day, "日 號 号 일"),
    (Role::Hour, "h hr hrs 時 时 点 點 시 гадзін годин часов часа час godz"),
    (Role::Minute, "分 분 хвілін хвилин минут минуты мин min mn"),
    (Role::Second, "秒 초 секунд"),
];

/// Names of zones as feeds use them, in minutes east of UTC. Where one name
/// means several, the reading of RFC 822 and of most feeds is taken.
const ZONES: &[(&str, i32)] = &[
    ("z", 0),
    ("ut", 0),
    ("utc", 0),
    ("gmt", 0),
    ("wet", 0),
    ("uct", 0),
    ("zulu", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
    ("akst", -540),
    ("akdt", -480),
    ("hst", -600),
    ("ast", -240),
    ("adt", -180),
    ("nst", -210),
    ("ndt", -150),
    ("et", -300),
    ("ct", -360),
    ("mt", -420),
    ("pt", -480),
    ("at", -240),
    ("bst", 60),
    ("cet", 60),
    ("cest", 120),
    ("met", 60),
    ("mest", 120),
    ("mez", 60),
    ("mesz", 120),
    ("eet", 120),
    ("eest", 180),
    ("west", 60),
    ("msk", 180),
    ("msd", 240),
    ("trt", 180),
    ("sast", 120),
    ("ist", 330),
    ("pkt", 300),
    ("npt", 345),
    ("bdt", 360),
    ("ict", 420),
    ("wib", 420),
    ("sgt", 480),
    ("hkt", 480),
    ("pht", 480),
    ("awst", 480),
    ("jst", 540),
    ("kst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("acst", 570),
    ("acdt", 630),
    ("nzst", 720),
    ("nzdt", 780),
    ("brt", -180),
    ("brst", -120),
    ("art", -180),
    ("clt", -240),
    ("clst", -180),
    ("cot", -300),
    ("pet", -300),
    ("idt", 180),
    ("irst", 210),
    ("gst", 240),
];

const WEEKDAYS: &str = "monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday \
     sat sunday sun lunes martes miércoles miercoles jueves viernes sábado sabado domingo lun mié mie jue vie \
     sáb dom lundi mardi mercredi jeudi vendredi samedi dimanche mer jeu ven sam dim montag dienstag \
     mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so segunda segunda-feira terça \
     quarta quinta sexta feira seg ter qua qui sex lunedì martedì mercoledì giovedì venerdì sabato domenica \
     gio maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo понедельник вторник среда \
     четверг пятница суббота воскресенье пн вт ср чт пт сб вс пнд втр срд чтв птн сбт вск poniedziałek wtorek \
     środa czwartek piątek sobota niedziela pon wt śr czw pt sob nie niedz pazartesi salı çarşamba perşembe \
     cuma cumartesi pazar pzt çar per cum cmt paz δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή δευ \
     τρί τετ πέμ παρ σάβ κυρ hétfő kedd szerda csütörtök péntek szombat vasárnap mandag tirsdag onsdag \
     torsdag fredag lørdag søndag måndag tisdag lördag söndag tir ons tor lør søn tis lör sön الاثنين الإثنين \
     الثلاثاء الأربعاء الاربعاء الخميس الجمعة السبت الأحد الاحد luni marți miercuri joi vineri sâmbătă \
     duminică pondělí úterý středa čtvrtek pátek neděle po út st čt pá ne úte stř čtv pát ned pondelok \
     понеділок вівторок середа четвер п'ятниця субота неділя нд пнд панядзелак аўторак серада чацвер пятніца \
     субота нядзеля ponedjeljak utorak srijeda četvrtak petak subota nedjelja maanantai tiistai keskiviikko \
     torstai perjantai lauantai sunnuntai senin selasa rabu kamis jumat sabtu minggu सोमवार मंगलवार बुधवार \
     गुरुवार शुक्रवार शनिवार रविवार সোমবার মঙ্গলবার বুধবার বৃহস্পতিবার শুক্রবার শনিবার রবিবার শুক্র ორშაბათი \
     სამშაბათი ოთხშაბათი ხუთშაბათი პარასკევი შაბათი კვირა 火 水 木 金 土 月曜日 火曜日 水曜日 木曜日 金曜日 \
     土曜日 日曜日 월요일 화요일 수요일 목요일 금요일 토요일 일요일 星期一 星期二 星期三 星期四 星期五 星期六 \
     星期日 星期天";

const FILLERS: &str = "at on of the um uhr de del le la à en el klo u в у г года год year ad published updated \
     posted by t st nd rd th er ème o'clock tháng ngày lúc საათზე წლის წ সাল सन् och kl den dne dia às alle ore \
     il ved τις στις ώρα uur om roku r vo dnia godzina saat ke date";
