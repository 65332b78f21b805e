//! Reads what the tracker sends into flat columns, an entry of the stream at a time, for `collector.worker.scan`.
//!
//! It reads nothing but what is exactly of the usual form; every other record it only tells apart, and the worker's own
//! decoder, which is the authority on what is valid, reads it or refuses it. No dependencies; `unsafe` is in this file alone.

mod batch;
mod events;
mod framing;
mod json;
mod names;
mod query;
mod texts;

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::slice;

use names::Names;
use batch::{Batch, Book, Taken};

/// A new book of names, with room for so many of a kind in a generation; `book_free` takes it away.
#[no_mangle]
pub extern "C" fn book_new(most: usize) -> *mut Book {
    Box::into_raw(Box::new(Book { elements: Names::new(most), event_names: Names::new(most) }))
}

/// # Safety
/// `book` is of `book_new`, and is used no more.
#[no_mangle]
pub unsafe extern "C" fn book_free(book: *mut Book) {
    drop(Box::from_raw(book));
}

/// What a book holds of elements (kind 0) or custom events (1): how often it has forgotten names, and how many it has.
#[repr(C)]
pub struct Held {
    generation: i64,
    count: i64,
}

/// # Safety
/// `book` is of `book_new`.
#[no_mangle]
pub unsafe extern "C" fn book_held(book: *const Book, kind: u32) -> Held {
    let names = names_of(&*book, kind);
    Held { generation: names.generation(), count: names.count() }
}

/// A name's project and text; no text if there is no name of this number.
#[repr(C)]
pub struct Named {
    project_id: i64,
    text: Column,
}

/// # Safety
/// `book` is of `book_new`. The text stays where it is until the next entry is taken.
#[no_mangle]
pub unsafe extern "C" fn book_name(book: *const Book, kind: u32, number: i64) -> Named {
    let (project_id, text) = names_of(&*book, kind).name(number).unwrap_or_default();
    Named { project_id, text: bytes(text.as_bytes()) }
}

fn names_of(book: &Book, kind: u32) -> &Names {
    if kind == 0 {
        &book.elements
    } else {
        &book.event_names
    }
}

/// A new batch, whose names go into the book; `scan_free` takes it away.
///
/// # Safety
/// `book` is of `book_new`. Numbers of names that earlier batches gave may have changed afterwards (`Held.generation`).
#[no_mangle]
pub unsafe extern "C" fn scan_new(book: *mut Book) -> *mut Batch {
    (*book).elements.begin();
    (*book).event_names.begin();
    Box::into_raw(Box::default())
}

/// # Safety
/// `batch` is of `scan_new`, and is used no more.
#[no_mangle]
pub unsafe extern "C" fn scan_free(batch: *mut Batch) {
    drop(Box::from_raw(batch));
}

/// Reads an entry. False if that failed half-way: the batch is of no use any more.
///
/// # Safety
/// `batch` is of `scan_new` with this `book`, and both are used by one thread at a time; `entry` has `length` bytes; `taken` can be written to.
#[no_mangle]
pub unsafe extern "C" fn scan_take(
    batch: *mut Batch,
    book: *mut Book,
    entry: *const u8,
    length: usize,
    taken: *mut Taken,
) -> bool {
    let entry = slice::from_raw_parts(entry, length);
    let found = catch_unwind(AssertUnwindSafe(|| (*batch).take(&mut *book, entry)));
    if let Ok(found) = found {
        *taken = found;
    }
    found.is_ok()
}

/// Where a column's bytes are.
#[repr(C)]
pub struct Column {
    first: *const u8,
    bytes: usize,
}

/// The column of this number, in the order of `collector.worker.scan`; none for any other. It stays where it is until the
/// next entry is taken.
///
/// # Safety
/// `batch` is of `scan_new`.
#[no_mangle]
pub unsafe extern "C" fn scan_column(batch: *const Batch, number: u32) -> Column {
    let batch = &*batch;
    match number {
        0 => numbers(&batch.records),
        1 => numbers(&batch.times),
        2 => numbers(&batch.codes),
        3 => numbers(&batch.moves),
        4 => numbers(&batch.boxes),
        5 => numbers(&batch.pages),
        6 => numbers(&batch.props_rows),
        7 => numbers(&batch.labels),
        8 => numbers(&batch.promoted_elements),
        9 => numbers(&batch.promoted_event_names),
        10 => bytes(batch.ids.as_bytes()),
        11 => bytes(batch.page_texts.text.as_bytes()),
        12 => bytes(&batch.props),
        13 => bytes(batch.label_texts.text.as_bytes()),
        _ => bytes(&[]),
    }
}

fn numbers(values: &[i64]) -> Column {
    Column { first: values.as_ptr().cast(), bytes: values.len() * 8 }
}

fn bytes(values: &[u8]) -> Column {
    Column { first: values.as_ptr(), bytes: values.len() }
}
