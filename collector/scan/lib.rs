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

use batch::{Batch, Taken};

/// A new batch; `scan_free` takes it away.
#[no_mangle]
pub extern "C" fn scan_new() -> *mut Batch {
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
/// `batch` is of `scan_new` and used by one thread at a time; `entry` has `length` bytes; `taken` can be written to.
#[no_mangle]
pub unsafe extern "C" fn scan_take(batch: *mut Batch, entry: *const u8, length: usize, taken: *mut Taken) -> bool {
    let entry = slice::from_raw_parts(entry, length);
    let found = catch_unwind(AssertUnwindSafe(|| (*batch).take(entry)));
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
        7 => numbers(&batch.elements.names),
        8 => numbers(&batch.elements.labels),
        9 => numbers(&batch.event_names.names),
        10 => bytes(batch.ids.as_bytes()),
        11 => bytes(batch.page_texts.text.as_bytes()),
        12 => bytes(&batch.props),
        13 => bytes(batch.elements.texts.text.as_bytes()),
        14 => bytes(batch.elements.label_texts.text.as_bytes()),
        15 => bytes(batch.event_names.texts.text.as_bytes()),
        _ => bytes(&[]),
    }
}

fn numbers(values: &[i64]) -> Column {
    Column { first: values.as_ptr().cast(), bytes: values.len() * 8 }
}

fn bytes(values: &[u8]) -> Column {
    Column { first: values.as_ptr(), bytes: values.len() }
}
