//! What a batch of stream entries holds, in flat columns; what they mean is told in `collector/worker/flat.py`.

use crate::events::{self, Event, Page, Press, What};
use crate::framing::{self, Header};
use crate::names::Names;
use crate::query::{self, Query};
use crate::texts::Texts;

// Kinds of facts (storage.facts.FactKind), and where a code holds what (collector.worker.flat).
const PAGE: i64 = 1 << KIND_SHIFT;
const CLICK: i64 = 2 << KIND_SHIFT;
const TAP: i64 = 3 << KIND_SHIFT;
const CUSTOM: i64 = 4 << KIND_SHIFT;
const RAGE: i64 = 5 << KIND_SHIFT;
const DEAD: i64 = 6 << KIND_SHIFT;
const ERROR: i64 = 7 << KIND_SHIFT;
const KIND_SHIFT: u32 = 28;
const FX_SHIFT: u32 = 14;

const MILLIS: i64 = 99_999_999_999_999;
const OWN_NAMES: char = '$';
const NO_PAGE: i64 = -1;

/// What became of an entry.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Taken {
    pub records: i64,  // that have a row in `records`
    pub requests: i64, // of these
    pub rest: i64,     // where what could not be told apart begins, in bytes; the entry's length if all could
}

#[derive(Default)]
pub struct Batch {
    /// `RECORD` numbers each, in the order of the stream.
    pub records: Vec<i64>,
    /// Of the requests that were read: request id, session, visitor; 80 digits together.
    pub ids: String,
    pub times: Vec<i64>,
    pub codes: Vec<i64>,
    pub moves: Vec<i64>,
    /// x, y, w, h of each press.
    pub boxes: Vec<i64>,
    /// Two numbers each: the row, and where its properties end in `props`.
    pub props_rows: Vec<i64>,
    pub props: Vec<u8>,
    /// `PAGE_EVENT` numbers each.
    pub pages: Vec<i64>,
    pub page_texts: Texts,
    /// Two numbers each: an element's number, shifted, and where its label ends in `label_texts`.
    pub labels: Vec<i64>,
    pub label_texts: Texts,
    /// Two numbers each: a name's number, and the one that it had before names were forgotten.
    pub promoted_elements: Vec<i64>,
    pub promoted_event_names: Vec<i64>,
}

/// The names that were met, of all batches.
pub struct Book {
    pub elements: Names,
    pub event_names: Names,
}

impl Batch {
    /// Reads all records of an entry.
    pub fn take(&mut self, book: &mut Book, entry: &[u8]) -> Taken {
        let mut taken = Taken::default();
        let mut start = 0;
        while start < entry.len() {
            let header = match framing::header(entry, start) {
                Some(header) => header,
                None => break,
            };
            taken.records += 1;
            taken.requests += i64::from(header.channel != b'd');
            self.record(book, entry, start, &header);
            start = header.end;
        }
        taken.rest = start as i64;
        taken
    }

    fn record(&mut self, book: &mut Book, entry: &[u8], start: usize, header: &Header<'_>) {
        if header.channel == b'e' && header.project_id > 0 && 0 < header.received_ms && header.received_ms <= MILLIS {
            let query = query::parse(&entry[header.query_at..header.body_at]);
            if let Some(query) = query {
                if let Some(events) = events::parse(&entry[header.body_at..header.end]) {
                    return self.request(book, start, header, &query, &events);
                }
            }
        }
        let mut row = [0; RECORD];
        row[1] = start as i64;
        row[2] = header.end as i64;
        self.records.extend(row);
    }

    fn request(
        &mut self,
        book: &mut Book,
        start: usize,
        header: &Header<'_>,
        query: &Query<'_>,
        events: &[Event<'_>],
    ) {
        let sum = self.events(book, header.project_id, events);
        for id in [header.request_id, query.session, query.visitor] {
            self.ids.extend(id.iter().map(|digit| char::from(*digit)));
        }
        self.records.extend([
            1,
            start as i64,
            header.end as i64,
            (header.ua_at - start) as i64,
            (header.query_at - start) as i64,
            (header.body_at - start) as i64,
            header.project_id,
            header.received_ms,
            query.page_view,
            query.seq,
            query.sent_ms,
            events.len() as i64,
            sum.first_row,
            self.codes.len() as i64,
            sum.first_move,
            self.moves.len() as i64,
            sum.first_ms,
            sum.last_ms,
            sum.clicks,
            sum.rages,
            sum.deads,
            sum.errors,
            sum.customs,
            sum.deepest,
            sum.document_h,
            sum.page,
            sum.page_row,
        ]);
    }

    fn events(&mut self, book: &mut Book, project_id: i64, events: &[Event<'_>]) -> Sum {
        let mut sum = Sum {
            first_row: self.codes.len() as i64,
            first_move: self.moves.len() as i64,
            first_ms: i64::MAX,
            page: NO_PAGE,
            ..Sum::default()
        };
        for event in events {
            sum.first_ms = sum.first_ms.min(event.t);
            sum.last_ms = sum.last_ms.max(event.t);
            match &event.what {
                What::Move(places) => {
                    for place in places {
                        let element = book.elements.number(project_id, &place.element, &mut self.promoted_elements);
                        self.moves.push(element | place.fx << FX_SHIFT | place.fy);
                    }
                }
                What::Press { press, place, frame, label } => {
                    let (kind, counted) = match press {
                        Press::Click => (CLICK, &mut sum.clicks),
                        Press::Tap => (TAP, &mut sum.clicks),
                        Press::Rage => (RAGE, &mut sum.rages),
                        Press::Dead => (DEAD, &mut sum.deads),
                        Press::Error => (ERROR, &mut sum.errors),
                    };
                    *counted += 1;
                    let element = book.elements.number(project_id, &place.element, &mut self.promoted_elements);
                    if book.elements.first_label(element, label) {
                        self.labels.extend([element, self.label_texts.push(label)]);
                    }
                    self.row(event.t, element | kind | place.fx << FX_SHIFT | place.fy);
                    self.boxes.extend(frame);
                }
                What::Depth { percent, document_h } => {
                    sum.deepest = sum.deepest.max(*percent);
                    if *document_h > 0 {
                        sum.document_h = *document_h;
                    }
                }
                What::Custom { name, props } => {
                    sum.customs += i64::from(!name.starts_with(OWN_NAMES));
                    if !props.is_empty() {
                        self.props.extend_from_slice(props);
                        self.props_rows.extend([self.codes.len() as i64, self.props.len() as i64]);
                    }
                    let name = book.event_names.number(project_id, name, &mut self.promoted_event_names);
                    self.row(event.t, name | CUSTOM);
                }
                What::Page(page) if sum.page == NO_PAGE => {
                    sum.page = (self.pages.len() / PAGE_EVENT) as i64;
                    sum.page_row = self.codes.len() as i64;
                    self.page(event.t, page);
                    self.row(event.t, PAGE);
                }
                What::Page(_) => {} // a page view has one page event; a second one tells nothing new
            }
        }
        sum
    }

    fn row(&mut self, t: i64, code: i64) {
        self.times.push(t);
        self.codes.push(code);
    }

    fn page(&mut self, t: i64, page: &Page<'_>) {
        self.pages.extend([
            t,
            page.nav,
            page.viewport_w,
            page.viewport_h,
            page.document_h,
            page.screen_w,
            self.page_texts.push(&page.url),
            self.page_texts.push(&page.title),
            self.page_texts.push(&page.referrer),
            self.page_texts.push(&page.language),
            self.page_texts.push(&page.time_zone),
        ]);
    }
}

/// Numbers of a record: whether it was read, where it begins and ends in its entry; if it was read, all that follows.
pub const RECORD: usize = 27;
pub const PAGE_EVENT: usize = 11;

/// What the events of a request add up to.
#[derive(Default)]
struct Sum {
    first_row: i64,
    first_move: i64,
    first_ms: i64,
    last_ms: i64,
    clicks: i64,
    rages: i64,
    deads: i64,
    errors: i64,
    customs: i64,
    deepest: i64,
    document_h: i64,
    page: i64,
    page_row: i64,
}
