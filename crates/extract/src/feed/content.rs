//! The content of one element as a whole, however broken.

use super::reader::Reader;
use super::role::{LowerName, ends_open_field};
use super::source::{Source, Style};
use crate::xml::{Tag, Token};
use std::borrow::Cow;

impl<'a> Reader<'a> {
    /// Reads up to the end of the element whose start tag was just read.
    ///
    /// Elements inside are kept as markup, for HTML that nobody escaped. An
    /// element that is never closed ends where the feed's own markup goes on.
    pub(super) fn content(&mut self, tag: Tag<'a>, style: Style, in_text: bool) -> Source<'a> {
        let mut markup = Cow::Borrowed("");
        if tag.is_empty {
            return Source { markup, style };
        }
        let (mut nested, mut children) = (0usize, false);
        loop {
            let Some(token) = self.tokens.next() else {
                self.broken_off(tag.name);
                break;
            };
            match token {
                Token::Text(text) if style == Style::Xhtml => push(&mut markup, Cow::Borrowed(text)),
                Token::Text(text) => {
                    let decoded = self.tokens.entities.decode(text);
                    push(&mut markup, decoded);
                }
                Token::CData(text) => push(&mut markup, Cow::Borrowed(text)),
                Token::End(name) if name.eq_ignore_ascii_case(tag.name) => {
                    if nested == 0 {
                        break;
                    }
                    nested -= 1;
                    push(&mut markup, Cow::Borrowed(self.last_token()));
                }
                Token::End(name) => {
                    // The end of the item; or, in a field without elements, its
                    // own end with a slip of the pen.
                    let is_frame = self.is_open(name);
                    if is_frame || (!in_text && !children) {
                        if is_frame {
                            self.tokens.step_back();
                        }
                        self.never_closed(tag.name);
                        break;
                    }
                    push(&mut markup, Cow::Borrowed(self.last_token()));
                }
                Token::Start(inner) => {
                    if self.ends_field(inner, in_text) {
                        self.tokens.step_back();
                        self.never_closed(tag.name);
                        break;
                    }
                    children = true;
                    let same = !inner.is_empty && inner.name.eq_ignore_ascii_case(tag.name);
                    nested += usize::from(same);
                    push(&mut markup, Cow::Borrowed(self.last_token()));
                }
            }
        }
        if style == Style::Xhtml && !children {
            // Declared as elements, escaped all the same.
            return Source { markup: self.decoded_again(markup), style: Style::Html };
        }
        Source { markup, style: if children && style == Style::Text { Style::Html } else { style } }
    }

    fn ends_field(&self, inner: Tag<'a>, in_text: bool) -> bool {
        let (vocabulary, local) = self.names.resolve(inner.name);
        ends_open_field(vocabulary, LowerName::of(local).as_str(), in_text)
    }

    fn decoded_again(&self, markup: Cow<'a, str>) -> Cow<'a, str> {
        match markup {
            Cow::Borrowed(markup) => self.tokens.entities.decode(markup),
            Cow::Owned(markup) => Cow::Owned(self.tokens.entities.decode(&markup).into_owned()),
        }
    }
}

/// Appends; the first piece is borrowed as long as it stands alone.
fn push<'a>(markup: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if markup.is_empty() {
        *markup = piece;
    } else {
        markup.to_mut().push_str(&piece);
    }
}
