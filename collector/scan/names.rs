//! Names are numbered as they are met, a project's own by themselves; the numbers outlive batches, so that a name that was
//! met before costs one look. Bounded: names come from visitors. Those that were not met for long are forgotten.

use std::collections::HashMap;
use std::mem;

pub const NUMBER_SHIFT: u32 = 31; // bits below a name's number
const MOST_BYTES: usize = 33_554_432; // of their text

type Numbers = HashMap<i64, HashMap<Box<str>, i64>>;

pub struct Names {
    most: usize, // in a generation; there are two
    numbers: Numbers,
    older: Numbers,
    names: Vec<Name>, // by number
    text: String,
    generation: i64,
    batch: i64,
}

struct Name {
    project_id: i64,
    end: usize, // of its text in `text`; the first begins at 0
    labelled: i64, // in this batch last
}

impl Names {
    pub fn new(most: usize) -> Self {
        Names {
            most,
            numbers: Numbers::new(),
            older: Numbers::new(),
            names: Vec::new(),
            text: String::new(),
            generation: 0,
            batch: 0,
        }
    }

    /// How many times names were forgotten; numbers begin anew each time.
    pub fn generation(&self) -> i64 {
        self.generation
    }

    pub fn count(&self) -> i64 {
        self.names.len() as i64
    }

    /// The project and text of a number.
    pub fn name(&self, number: i64) -> Option<(i64, &str)> {
        let at = usize::try_from(number).ok()?;
        let name = self.names.get(at)?;
        let first = if at == 0 { 0 } else { self.names[at - 1].end };
        Some((name.project_id, &self.text[first..name.end]))
    }

    /// Begins a batch: forgets what was not met since it last forgot, if there are too many.
    pub fn begin(&mut self) {
        self.batch += 1;
        if self.names.len() > self.most || self.text.len() > MOST_BYTES {
            self.older = mem::take(&mut self.numbers);
            self.names.clear();
            self.text.clear();
            self.generation += 1;
        }
    }

    /// The shifted number of a project's name. `promoted` takes its number and that of the generation before, if it had one.
    pub fn number(&mut self, project_id: i64, name: &str, promoted: &mut Vec<i64>) -> i64 {
        let own = self.numbers.entry(project_id).or_default();
        if let Some(number) = own.get(name) {
            return *number << NUMBER_SHIFT;
        }
        let number = self.names.len() as i64;
        own.insert(name.into(), number);
        self.text.push_str(name);
        self.names.push(Name { project_id, end: self.text.len(), labelled: 0 });
        if let Some(before) = self.older.get(&project_id).and_then(|own| own.get(name)) {
            promoted.extend([number, *before]);
        }
        number << NUMBER_SHIFT
    }

    /// Whether this is the first label of a name in the batch, by its shifted number.
    pub fn first_label(&mut self, number: i64, label: &str) -> bool {
        let labelled = &mut self.names[(number >> NUMBER_SHIFT) as usize].labelled;
        !label.is_empty() && mem::replace(labelled, self.batch) != self.batch
    }
}
