//! A roll: texts numbered in order of first appearance, so that columns hold
//! small numbers instead of strings.

use std::collections::HashMap;

/// Distinct texts and their numbers.
#[derive(Clone, Debug, Default)]
pub struct Roll {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Roll {
    /// The text's number; a new text gets the next one.
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }
    /// The text's number, if it was seen.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }
    /// The text behind a number.
    pub fn text(&self, number: u32) -> &str {
        &self.texts[number as usize]
    }
    /// How many distinct texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
    /// Numbers in the order in which people expect their texts: by the first
    /// number inside where both have one (so that `L10` follows `L9`), then by
    /// text.
    pub fn sorted(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_by(|&a, &b| {
            let (a, b) = (self.text(a), self.text(b));
            (first_number(a), a).cmp(&(first_number(b), b))
        });
        order
    }
}

fn first_number(text: &str) -> Option<u64> {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}
