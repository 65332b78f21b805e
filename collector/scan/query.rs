//! The query of a request as the tracker writes it: all arguments, in their order (`collector.protocol.parse_query`).

use crate::json::Cursor;

pub struct Query<'a> {
    pub session: &'a [u8], // 32 hex digits, like `visitor`
    pub page_view: i64,
    pub seq: i64,
    pub visitor: &'a [u8],
    pub sent_ms: i64,
}

pub fn parse(raw: &[u8]) -> Option<Query<'_>> {
    let mut at = Cursor::new(raw);
    at.expect(b"v=1&k=")?;
    word(&mut at, 8, 32, |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9'))?;
    at.expect(b"&s=")?;
    let session = word(&mut at, 32, 32, is_hex)?;
    at.expect(b"&p=")?;
    let page_view = word(&mut at, 12, 12, is_hex)?;
    at.expect(b"&n=")?;
    let seq = number(&mut at, 6)?;
    at.expect(b"&u=")?;
    let visitor = word(&mut at, 32, 32, is_hex)?;
    at.expect(b"&t=")?;
    let sent_ms = number(&mut at, 14)?;
    // The country that the door has added is read by whoever asks for it (`Request.country`).
    if at.expect(b"&g=").is_some() {
        word(&mut at, 2, 2, |byte| byte.is_ascii_uppercase())?;
    }
    if !at.is_at_end() {
        return None;
    }
    let page_view = page_view.iter().fold(0, |value, &digit| value << 4 | hex_value(digit));
    Some(Query { session, page_view, seq, visitor, sent_ms })
}

/// All that comes of the kind of bytes that `of` tells, `least` to `most` of them.
fn word<'a>(at: &mut Cursor<'a>, least: usize, most: usize, of: impl Fn(u8) -> bool) -> Option<&'a [u8]> {
    let first = at.at();
    while at.peek().map_or(false, &of) {
        at.advance();
    }
    let found = at.since(first);
    if (least..=most).contains(&found.len()) {
        Some(found)
    } else {
        None
    }
}

fn number(at: &mut Cursor<'_>, most: usize) -> Option<i64> {
    let (value, length) = at.digits()?;
    if length <= most {
        Some(value as i64)
    } else {
        None
    }
}

pub fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn hex_value(digit: u8) -> i64 {
    i64::from(if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 })
}
