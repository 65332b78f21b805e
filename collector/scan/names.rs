//! Names that a batch has met are numbered, a project's own by themselves (`collector.worker.names`).

use std::collections::HashMap;

use crate::texts::Texts;

pub const NUMBER_SHIFT: u32 = 31; // bits below a name's number

#[derive(Default)]
pub struct Names {
    numbers: HashMap<i64, HashMap<Box<str>, i64>>,
    labelled: Vec<bool>, // by number
    /// Two numbers a name: its project, and where its text ends in `texts`; the first begins at 0.
    pub names: Vec<i64>,
    pub texts: Texts,
    /// Two numbers a label: the name's number, and where the label's text ends in `label_texts`.
    pub labels: Vec<i64>,
    pub label_texts: Texts,
}

impl Names {
    /// The shifted number of a project's name.
    pub fn number(&mut self, project_id: i64, name: &str) -> i64 {
        let own = self.numbers.entry(project_id).or_default();
        if let Some(number) = own.get(name) {
            return *number;
        }
        let number = (self.labelled.len() as i64) << NUMBER_SHIFT;
        own.insert(name.into(), number);
        self.labelled.push(false);
        self.names.extend([project_id, self.texts.push(name)]);
        number
    }

    /// Keeps the first label that a name has.
    pub fn label(&mut self, number: i64, label: &str) {
        let labelled = &mut self.labelled[(number >> NUMBER_SHIFT) as usize];
        if !*labelled && !label.is_empty() {
            *labelled = true;
            self.labels.extend([number, self.label_texts.push(label)]);
        }
    }
}
