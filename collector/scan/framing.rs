//! The framing of a stream entry, as `collector.records` has it and `lua/` writes it.

use crate::json::Cursor;
use crate::query::is_hex;

/// A record's header, and where its parts begin, in bytes from the beginning of the entry.
pub struct Header<'a> {
    pub channel: u8,
    pub project_id: i64,
    pub received_ms: i64,
    pub request_id: &'a [u8], // 16 hex digits
    pub ua_at: usize,
    pub query_at: usize,
    pub body_at: usize,
    pub end: usize,
}

/// The header that begins at `start`; None for anything that is not exactly what the door writes.
pub fn header(entry: &[u8], start: usize) -> Option<Header<'_>> {
    let mut at = Cursor::new(&entry[start..]);
    let channel = at.peek()?;
    if !matches!(channel, b'e' | b'r' | b'd') {
        return None;
    }
    at.advance();
    let project_id = field(&mut at, b' ')?;
    let _site_id = field(&mut at, b' ')?;
    let received_ms = field(&mut at, b' ')?;
    at.expect(b" ")?;
    let first = at.at();
    while at.peek().map_or(false, is_hex) {
        at.advance();
    }
    let request_id = at.since(first);
    if request_id.len() != 16 {
        return None;
    }
    let (ua, query, body) = (field(&mut at, b' ')?, field(&mut at, b' ')?, field(&mut at, b' ')?);
    at.expect(b"\n")?;
    let ua_at = start + at.at();
    let query_at = ua_at.checked_add(usize::try_from(ua).ok()?)?;
    let body_at = query_at.checked_add(usize::try_from(query).ok()?)?;
    let end = body_at.checked_add(usize::try_from(body).ok()?)?;
    if end > entry.len() {
        return None;
    }
    Some(Header { channel, project_id, received_ms, request_id, ua_at, query_at, body_at, end })
}

/// A number as the door writes it: without zeros in front, which would let a header grow beyond the decoder's limit.
fn field(at: &mut Cursor<'_>, before: u8) -> Option<i64> {
    at.expect(&[before])?;
    let leading_zero = at.peek() == Some(b'0');
    let (value, length) = at.digits()?;
    if leading_zero && length > 1 {
        return None;
    }
    i64::try_from(value).ok()
}
