//! Cuts a date string into numbers, words and marks.

/// Most pieces of one string; dates have far fewer.
pub(super) const MAX_PIECES: usize = 40;

/// One piece of a date string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Its value and how many digits it has.
    Number(u64, usize),
    Word(&'t str),
    Mark(char),
}

/// A piece and whether it directly follows the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed<'t> {
    pub(super) piece: Piece<'t>,
    pub(super) joined: bool,
}

/// The pieces of a string, without white space.
#[derive(Debug)]
pub(super) struct Pieces<'t> {
    list: [Placed<'t>; MAX_PIECES],
    length: usize,
}

impl<'t> Pieces<'t> {
    pub(super) fn get(&self, at: usize) -> Option<Piece<'t>> {
        self.list[..self.length].get(at).map(|placed| placed.piece)
    }

    /// The piece at `at` if nothing stands between it and the one before.
    pub(super) fn joined(&self, at: usize) -> Option<Piece<'t>> {
        self.list[..self.length].get(at).filter(|placed| placed.joined).map(|placed| placed.piece)
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }
}

/// Cuts `text`; nothing if it has too many pieces or digits for a date.
pub(super) fn scan(text: &str) -> Option<Pieces<'_>> {
    let blank = Placed { piece: Piece::Mark(' '), joined: false };
    let mut pieces = Pieces { list: [blank; MAX_PIECES], length: 0 };
    let mut rest = text;
    let mut joined = false;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() || is_format(first) {
            rest = &rest[first.len_utf8()..];
            joined = joined && is_format(first);
            continue;
        }
        let (piece, length) = piece(rest, first)?;
        *pieces.list.get_mut(pieces.length)? = Placed { piece, joined };
        pieces.length += 1;
        rest = &rest[length..];
        joined = true;
    }
    Some(pieces)
}

/// Marks of writing direction and width that some pages leave in dates.
fn is_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}' | '\u{2066}'..='\u{2069}')
}

fn piece(rest: &str, first: char) -> Option<(Piece<'_>, usize)> {
    if digit(first).is_some() {
        return number(rest);
    }
    if is_letter(first) {
        let length = word_length(rest, first);
        return Some((Piece::Word(&rest[..length]), length));
    }
    let mark = match first {
        '–' | '—' | '−' | '‐' | '‑' => '-',
        '：' => ':',
        '，' | '、' | '،' => ',',
        '’' | '‘' | '`' => '\'',
        other => other,
    };
    Some((Piece::Mark(mark), first.len_utf8()))
}

fn number(rest: &str) -> Option<(Piece<'_>, usize)> {
    let (mut value, mut digits, mut length) = (0_u64, 0, 0);
    for c in rest.chars() {
        let Some(digit) = digit(c) else { break };
        digits += 1;
        length += c.len_utf8();
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    Some((Piece::Number(value, digits), length))
}

/// The value of a decimal digit of the scripts that news is dated in.
fn digit(c: char) -> Option<u64> {
    const ZEROS: [char; 7] = ['0', '٠', '۰', '०', '০', '๐', '０'];
    if c.is_ascii() {
        return c.to_digit(10).map(u64::from);
    }
    ZEROS.iter().find_map(|&zero| {
        let distance = u32::from(c).checked_sub(u32::from(zero))?;
        (distance < 10).then_some(u64::from(distance))
    })
}

/// Letters and the signs that combine with them.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() || (!c.is_ascii() && !c.is_whitespace() && is_sign(c))
}

/// Vowel signs and the like of Indic and Thai writing.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}')
}

/// A run of letters, with points between single letters ("a.m", "ก.พ").
/// East Asian writing does not part its words: one character stands alone
/// unless a longer word is known.
fn word_length(rest: &str, first: char) -> usize {
    if is_east_asian(first) {
        return east_asian_length(rest, first);
    }
    let mut length = 0;
    let mut previous = ' ';
    let mut letters_since_point = 0;
    let mut characters = rest.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map_or(' ', |&(_, next)| next);
        let point =
            c == '.' && letters_since_point <= 2 && is_letter(next) && is_letter(previous) && length <= 6;
        if (!is_letter(c) && !point) || is_east_asian(c) {
            break;
        }
        letters_since_point = if point { 0 } else { letters_since_point + 1 };
        length = at + c.len_utf8();
        previous = c;
    }
    length
}

pub(super) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

fn east_asian_length(rest: &str, first: char) -> usize {
    const WORDS: [&str; 32] = [
        "上午",
        "下午",
        "午前",
        "午後",
        "中午",
        "凌晨",
        "早上",
        "晚上",
        "오전",
        "오후",
        "월요일",
        "화요일",
        "수요일",
        "목요일",
        "금요일",
        "토요일",
        "일요일",
        "星期一",
        "星期二",
        "星期三",
        "星期四",
        "星期五",
        "星期六",
        "星期日",
        "星期天",
        "月曜日",
        "火曜日",
        "水曜日",
        "木曜日",
        "金曜日",
        "土曜日",
        "日曜日",
    ];
    WORDS.iter().find(|word| rest.starts_with(**word)).map_or(first.len_utf8(), |word| word.len())
}
