//! Many texts one after the other; where each ends is told in characters, as Python counts.

#[derive(Default)]
pub struct Texts {
    pub text: String,
    characters: i64,
}

impl Texts {
    /// Adds a text; gives its end.
    pub fn push(&mut self, text: &str) -> i64 {
        self.text.push_str(text);
        self.characters += if text.is_ascii() { text.len() } else { text.chars().count() } as i64;
        self.characters
    }
}
