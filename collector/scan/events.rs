//! The events of a `/c/e` body, with the bounds of `collector.protocol`. A body goes through whole or not at all.

use std::borrow::Cow;

use crate::json::Cursor;

const MOST_EVENTS: usize = 1_000;
const MOST_MOVES: usize = 2_000; // in one event
const MOST_PROPS: usize = 32;
const MILLIS: i64 = 99_999_999_999_999;
const PIXELS: i64 = 100_000_000;
const FRACTION: i64 = 10_000;
const SPAN: i64 = 2_000_000_000;
const EXACT: i64 = 1 << 53; // whole numbers up to here are exact in JavaScript

pub struct Event<'a> {
    pub t: i64,
    pub what: What<'a>,
}

pub enum What<'a> {
    Page(Page<'a>),
    Press { press: Press, place: Place<'a>, frame: [i64; 4], label: Cow<'a, str> },
    Move(Vec<Place<'a>>),
    Depth { percent: i64, document_h: i64 }, // scroll and leave
    Custom { name: Cow<'a, str>, props: &'a [u8] }, // as they were sent, which is how they are kept; empty for none
}

/// What was done to an element.
#[derive(Clone, Copy)]
pub enum Press {
    Click,
    Tap,
    Rage,
    Dead,
    Error,
}

pub struct Page<'a> {
    pub url: Cow<'a, str>,
    pub title: Cow<'a, str>,
    pub referrer: Cow<'a, str>,
    pub language: Cow<'a, str>,
    pub time_zone: Cow<'a, str>,
    pub nav: i64, // its place in NAV
    pub viewport_w: i64,
    pub viewport_h: i64,
    pub document_h: i64,
    pub screen_w: i64,
}

pub const NAV: [&str; 3] = ["load", "spa", "back"];

/// A point of an element's box.
pub struct Place<'a> {
    pub element: Cow<'a, str>,
    pub fx: i64,
    pub fy: i64,
}

pub fn parse(body: &[u8]) -> Option<Vec<Event<'_>>> {
    let mut at = Cursor::new(body);
    at.expect(b"{\"e\":[")?;
    let mut found = Vec::with_capacity(16);
    loop {
        found.push(event(&mut at)?);
        if found.len() > MOST_EVENTS {
            return None;
        }
        if !at.skip(b",") {
            break;
        }
    }
    at.expect(b"]}")?;
    if at.is_at_end() {
        Some(found)
    } else {
        None
    }
}

fn event<'a>(at: &mut Cursor<'a>) -> Option<Event<'a>> {
    at.expect(b"{\"k\":\"")?;
    if at.skip(b"move\"") {
        movement(at)
    } else if at.skip(b"click\"") {
        press(at, Press::Click)
    } else if at.skip(b"scroll\"") {
        depth(at, false)
    } else if at.skip(b"event\"") {
        custom(at)
    } else if at.skip(b"leave\"") {
        depth(at, true)
    } else if at.skip(b"page\"") {
        page(at)
    } else if at.skip(b"tap\"") {
        press(at, Press::Tap)
    } else if at.skip(b"dead\"") {
        press(at, Press::Dead)
    } else if at.skip(b"rage\"") {
        press(at, Press::Rage)
    } else if at.skip(b"error\"") {
        press(at, Press::Error)
    } else {
        None
    }
}

/// What an object's members have to be: each of the needed ones once, others once or never.
struct Members {
    seen: u32,
}

impl Members {
    fn new() -> Self {
        Members { seen: 0 }
    }

    /// The name of the next member; None at the end of the object and for a member that is no member of a JSON object.
    fn next<'a>(&self, at: &mut Cursor<'a>) -> Option<&'a [u8]> {
        at.expect(b",\"")?;
        let first = at.at();
        while at.peek()?.is_ascii_lowercase() {
            at.advance();
        }
        let name = at.since(first);
        at.expect(b"\":")?;
        Some(name)
    }

    /// Notes member number `bit`; None if it was there before.
    fn once(&mut self, bit: u32) -> Option<()> {
        let mask = 1 << bit;
        if self.seen & mask != 0 {
            return None;
        }
        self.seen |= mask;
        Some(())
    }

    fn has_first(&self, number: u32) -> Option<()> {
        let mask = (1 << number) - 1;
        if self.seen & mask == mask {
            Some(())
        } else {
            None
        }
    }
}

fn selector<'a>(at: &mut Cursor<'a>) -> Option<Cow<'a, str>> {
    at.string(1, 1_000)
}

fn movement<'a>(at: &mut Cursor<'a>) -> Option<Event<'a>> {
    let mut members = Members::new();
    let (mut t, mut places) = (0, Vec::new());
    while !at.skip(b"}") {
        match members.next(at)? {
            b"t" => {
                members.once(0)?;
                t = at.whole(0, MILLIS)?;
            }
            b"m" => {
                members.once(1)?;
                places = movements(at)?;
            }
            _ => return None,
        }
    }
    members.has_first(2)?;
    Some(Event { t, what: What::Move(places) })
}

fn movements<'a>(at: &mut Cursor<'a>) -> Option<Vec<Place<'a>>> {
    let mut places = Vec::with_capacity(4);
    at.expect(b"[")?;
    if at.skip(b"]") {
        return Some(places);
    }
    loop {
        at.expect(b"[")?;
        at.whole(0, SPAN)?;
        at.expect(b",")?;
        let element = selector(at)?;
        at.expect(b",")?;
        let fx = at.whole(0, FRACTION)?;
        at.expect(b",")?;
        let fy = at.whole(0, FRACTION)?;
        at.expect(b"]")?;
        places.push(Place { element, fx, fy });
        if places.len() > MOST_MOVES {
            return None;
        }
        if !at.skip(b",") {
            break;
        }
    }
    at.expect(b"]")?;
    Some(places)
}

fn press<'a>(at: &mut Cursor<'a>, press: Press) -> Option<Event<'a>> {
    let mut members = Members::new();
    let (mut t, mut fx, mut fy, mut frame) = (0, 0, 0, [0; 4]);
    let (mut element, mut label) = (Cow::Borrowed(""), Cow::Borrowed(""));
    while !at.skip(b"}") {
        match members.next(at)? {
            b"t" => {
                members.once(0)?;
                t = at.whole(0, MILLIS)?;
            }
            b"el" => {
                members.once(1)?;
                element = selector(at)?;
            }
            b"fx" => {
                members.once(2)?;
                fx = at.whole(0, FRACTION)?;
            }
            b"fy" => {
                members.once(3)?;
                fy = at.whole(0, FRACTION)?;
            }
            b"b" => {
                members.once(4)?;
                at.expect(b"[")?;
                frame[0] = at.whole(-PIXELS, PIXELS)?;
                at.expect(b",")?;
                frame[1] = at.whole(-PIXELS, PIXELS)?;
                at.expect(b",")?;
                frame[2] = at.whole(0, PIXELS)?;
                at.expect(b",")?;
                frame[3] = at.whole(0, PIXELS)?;
                at.expect(b"]")?;
            }
            b"text" => {
                members.once(5)?;
                label = at.string(0, 80)?;
            }
            _ => return None,
        }
    }
    members.has_first(5)?;
    Some(Event { t, what: What::Press { press, place: Place { element, fx, fy }, frame, label } })
}

fn depth<'a>(at: &mut Cursor<'a>, leave: bool) -> Option<Event<'a>> {
    let mut members = Members::new();
    let (mut t, mut percent, mut document_h) = (0, 0, 0);
    while !at.skip(b"}") {
        match members.next(at)? {
            b"t" => {
                members.once(0)?;
                t = at.whole(0, MILLIS)?;
            }
            b"d" => {
                members.once(1)?;
                percent = at.whole(0, 100)?;
            }
            b"dh" => {
                members.once(2)?;
                document_h = at.whole(0, PIXELS)?;
            }
            b"ms" if leave => {
                members.once(3)?;
                at.whole(0, SPAN)?;
            }
            _ => return None,
        }
    }
    members.has_first(if leave { 4 } else { 3 })?;
    Some(Event { t, what: What::Depth { percent, document_h } })
}

fn page<'a>(at: &mut Cursor<'a>) -> Option<Event<'a>> {
    let mut members = Members::new();
    let mut t = 0;
    let nothing = || Cow::Borrowed("");
    let mut page = Page {
        url: nothing(),
        title: nothing(),
        referrer: nothing(),
        language: nothing(),
        time_zone: nothing(),
        nav: 0,
        viewport_w: 0,
        viewport_h: 0,
        document_h: 0,
        screen_w: 0,
    };
    while !at.skip(b"}") {
        match members.next(at)? {
            b"t" => {
                members.once(0)?;
                t = at.whole(0, MILLIS)?;
            }
            b"url" => {
                members.once(1)?;
                page.url = at.string(1, 2_000)?;
            }
            b"nav" => {
                members.once(2)?;
                let word = at.string(1, 4)?;
                page.nav = NAV.iter().position(|one| *one == word)? as i64;
            }
            b"vw" => {
                members.once(3)?;
                page.viewport_w = at.whole(0, PIXELS)?;
            }
            b"vh" => {
                members.once(4)?;
                page.viewport_h = at.whole(0, PIXELS)?;
            }
            b"dh" => {
                members.once(5)?;
                page.document_h = at.whole(0, PIXELS)?;
            }
            b"title" => {
                members.once(6)?;
                page.title = at.string(0, 300)?;
            }
            b"ref" => {
                members.once(7)?;
                page.referrer = at.string(0, 2_000)?;
            }
            b"sw" => {
                members.once(8)?;
                page.screen_w = at.whole(0, PIXELS)?;
            }
            b"lang" => {
                members.once(9)?;
                page.language = at.string(0, 64)?;
            }
            b"tz" => {
                members.once(10)?;
                page.time_zone = at.string(0, 64)?;
            }
            _ => return None,
        }
    }
    members.has_first(6)?;
    Some(Event { t, what: What::Page(page) })
}

fn custom<'a>(at: &mut Cursor<'a>) -> Option<Event<'a>> {
    let mut members = Members::new();
    let (mut t, mut name, mut sent): (i64, Cow<'a, str>, &[u8]) = (0, Cow::Borrowed(""), b"");
    while !at.skip(b"}") {
        match members.next(at)? {
            b"t" => {
                members.once(0)?;
                t = at.whole(0, MILLIS)?;
            }
            b"name" => {
                members.once(1)?;
                name = at.string(1, 100)?;
            }
            b"props" => {
                members.once(2)?;
                sent = props(at)?;
            }
            _ => return None,
        }
    }
    members.has_first(2)?;
    Some(Event { t, what: What::Custom { name, props: sent } })
}

/// Properties whose text is already what encoding them again would give; empty for none.
fn props<'a>(at: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let first = at.at();
    at.expect(b"{")?;
    if at.skip(b"}") {
        return Some(b"");
    }
    let mut names: Vec<Cow<'a, str>> = Vec::with_capacity(4);
    loop {
        let name = at.string(1, 100)?;
        if matches!(name, Cow::Owned(_)) || names.contains(&name) {
            return None;
        }
        names.push(name);
        if names.len() > MOST_PROPS {
            return None;
        }
        at.expect(b":")?;
        value(at)?;
        if !at.skip(b",") {
            break;
        }
    }
    at.expect(b"}")?;
    Some(at.since(first))
}

fn value(at: &mut Cursor<'_>) -> Option<()> {
    let first = at.at();
    match at.peek()? {
        b'"' => {
            at.string(0, 500)?;
            if at.since(first).windows(2).any(|pair| pair == b"\\/") {
                return None; // would be written without the backslash
            }
            Some(())
        }
        b't' => at.expect(b"true"),
        b'f' => at.expect(b"false"),
        _ => number(at),
    }
}

/// A whole number that is exact, or a decimal of at most 15 digits: no shorter one is the same number, so this is how
/// it would be written again. Very small ones would be written with an exponent.
fn number(at: &mut Cursor<'_>) -> Option<()> {
    let first = at.at();
    at.skip(b"-");
    let (whole, length) = at.digits()?;
    if length > 1 && at.since(first).iter().find(|byte| **byte != b'-') == Some(&b'0') {
        return None;
    }
    if !at.skip(b".") {
        let negative_zero = whole == 0 && at.at() - first > 1;
        let exponent = matches!(at.peek(), Some(b'e' | b'E'));
        return if negative_zero || exponent || whole > EXACT as u64 { None } else { Some(()) };
    }
    let from = at.at();
    let (_, decimals) = at.digits()?;
    let written = at.since(from);
    let small = whole == 0 && written.iter().take(3).all(|digit| *digit == b'0');
    let exponent = matches!(at.peek(), Some(b'e' | b'E'));
    if written.ends_with(b"0") || small || exponent || length + decimals > 15 {
        None
    } else {
        Some(())
    }
}
