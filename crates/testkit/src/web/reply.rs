//! What a server answers, and how badly.

use std::time::Duration;

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) manner: Manner,
}

/// How an answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// At once and whole.
    Whole,
    /// Whole, but late.
    Late(Duration),
    /// So many bytes at a time, so far apart.
    Drip(usize, Duration),
    /// Only the first bytes of the body, then the connection is closed.
    Cut(usize),
    /// The body over and over, without an end or a stated length.
    Endless,
    /// Nothing, until the asker gives up.
    Hang,
    /// The connection is closed without a word.
    Close,
}

impl Reply {
    /// 200 with a body.
    #[must_use]
    pub fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut reply = Self::status(200).header("Content-Type", content_type);
        reply.body = body.into();
        reply
    }

    /// JSON with any status.
    #[must_use]
    pub fn json(status: u16, body: &str) -> Self {
        Self { status, ..Self::ok("application/json", body) }
    }

    /// A status without a body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), manner: Manner::Whole }
    }

    /// A redirect.
    #[must_use]
    pub fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).header("Location", to)
    }

    /// The same with a header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, given in another manner.
    #[must_use]
    pub fn manner(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    /// Everything before the body.
    pub(super) fn head(&self) -> String {
        let lines = self
            .headers
            .iter()
            .fold(String::new(), |lines, (name, value)| lines + &format!("{name}: {value}\r\n"));
        let unstated = self.status == 304 || self.manner == Manner::Endless;
        let length =
            if unstated { String::new() } else { format!("Content-Length: {}\r\n", self.body.len()) };
        format!("HTTP/1.1 {} -\r\n{lines}{length}\r\n", self.status)
    }
}
