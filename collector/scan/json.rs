//! Reads JSON of the one form that `JSON.stringify` writes: no white space, whole numbers without exponents. `None` is
//! no verdict: whatever is written otherwise is left to the worker's own decoder.

use std::borrow::Cow;
use std::str;

/// A place in a text that is read from left to right.
pub struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a [u8]) -> Self {
        Cursor { text, at: 0 }
    }

    /// Where it stands, in bytes from the beginning.
    pub fn at(&self) -> usize {
        self.at
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// The bytes from `from` to here.
    pub fn since(&self, from: usize) -> &'a [u8] {
        &self.text[from..self.at]
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Goes past one byte; there must be one.
    pub fn advance(&mut self) {
        self.at += 1;
    }

    /// Goes past `wanted` if it stands here.
    pub fn skip(&mut self, wanted: &[u8]) -> bool {
        let found = self.text[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    /// Goes past `wanted`, which must stand here.
    pub fn expect(&mut self, wanted: &[u8]) -> Option<()> {
        if self.skip(wanted) {
            Some(())
        } else {
            None
        }
    }

    /// A run of digits, at least one, and how many there are.
    pub fn digits(&mut self) -> Option<(u64, usize)> {
        let first = self.at;
        let mut value: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            self.at += 1;
        }
        let length = self.at - first;
        if length == 0 {
            None
        } else {
            Some((value, length))
        }
    }

    /// A whole number between `least` and `most`.
    pub fn whole(&mut self, least: i64, most: i64) -> Option<i64> {
        let negative = self.skip(b"-");
        let (digits, length) = self.digits()?;
        let leading_zero = length > 1 && self.text[self.at - length] == b'0';
        if leading_zero || length > 17 || negative && digits == 0 || matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        let value = if negative { -(digits as i64) } else { digits as i64 };
        if (least..=most).contains(&value) {
            Some(value)
        } else {
            None
        }
    }

    /// A string of `least` to `most` characters, without its quotes and escapes.
    pub fn string(&mut self, least: usize, most: usize) -> Option<Cow<'a, str>> {
        self.expect(b"\"")?;
        let first = self.at;
        let (mut plain, mut ascii) = (true, true);
        loop {
            // Up to the next byte that needs a look: in nearly every string that is its end.
            self.at += self.text[self.at..].iter().position(|byte| needs_a_look(*byte))?;
            match self.text[self.at] {
                b'"' => break,
                b'\\' => {
                    plain = false;
                    self.at += 2;
                    if self.at > self.text.len() {
                        return None;
                    }
                }
                byte if byte.is_ascii() => return None,
                _ => {
                    ascii = false;
                    self.at += 1;
                }
            }
        }
        let inside = self.since(first);
        self.at += 1;
        let utf8 = str::from_utf8(inside).ok()?;
        let utf8 = if plain { Cow::Borrowed(utf8) } else { Cow::Owned(unescaped(utf8)?) };
        let characters = if ascii { utf8.len() } else { utf8.chars().count() };
        if (least..=most).contains(&characters) {
            Some(utf8)
        } else {
            None
        }
    }
}

fn needs_a_look(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || !(0x20..0x80).contains(&byte)
}

/// The text that `inside` stands for; escapes by number are left to others: they may be half of a character.
fn unescaped(inside: &str) -> Option<String> {
    let mut text = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next()? {
                '"' => '"',
                '\\' => '\\',
                '/' => '/',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => return None,
            },
            plain => plain,
        });
    }
    Some(text)
}
