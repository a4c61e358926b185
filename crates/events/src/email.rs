//! E-mail addresses: one normal form, and the mailbox that a provider delivers to.
//! Only what a sign-up form can hold: no display names, comments or address
//! literals, and no question to any mail server.

mod address;
mod provider;

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
    ///
    /// White space and invisible characters around the address are dropped,
    /// case is folded, Unicode is put into NFKC, an IDN domain into A-labels.
    /// Quotes that the local part does not need are removed. Dots at the ends
    /// of a local part, or in a row, are kept as they are: RFC 5321 forbids
    /// them, yet providers have issued and forms have accepted such addresses.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (text, at) = address::normal(text)?;
        let mailbox = provider::mailbox(&text[..at], &text[at + 1..]);
        Ok(Self {
            text: text.into_boxed_str(),
            // An address is at most 64 + 1 + 253 bytes.
            at: at as u32,
            mailbox: mailbox.map(String::into_boxed_str),
        })
    }

    /// The normalised local part, with its dots and plus tag; in quotes where
    /// it cannot stand without them.
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
    /// tags and domain aliases are applied. Domains whose rules are not known
    /// keep the address as it is.
    pub fn mailbox(&self) -> &str {
        self.mailbox.as_deref().unwrap_or(&self.text)
    }

    /// Whether the local part carries a tag: one that the provider is known to
    /// ignore, or, where its rules are not known, `name+anything`.
    pub fn has_tag(&self) -> bool {
        provider::has_tag(self.local(), self.domain())
    }

    /// What was registered of the domain, by the public suffix list:
    /// `mail.example.co.uk` gives `example.co.uk`. The whole domain where it
    /// is itself a public suffix.
    pub fn registrable_domain(&self) -> &str {
        psl::domain_str(self.domain()).unwrap_or(self.domain())
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}
