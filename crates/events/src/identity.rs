//! Identifiers of people and devices. `Debug` hides the value, so that no log
//! line can carry one by accident; `as_str` is the deliberate way in.

use std::fmt;

macro_rules! hidden_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes the text as it is; the caller has trimmed and normalised it.
            pub fn new(text: impl Into<Box<str>>) -> Self {
                Self(text.into())
            }
            /// The value itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "(…)"))
            }
        }
    };
}

/// As `hidden_text`, for what people choose and write themselves.
macro_rules! named_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name {
            text: Box<str>,
            hidden: bool,
        }

        impl $name {
            /// Normalises; the error says what is wrong without the value.
            pub fn parse(text: &str) -> Result<Self, &'static str> {
                let normal = crate::name::normal(text);
                if normal.text.is_empty() {
                    return Err("nothing visible in it");
                }
                Ok(Self { text: normal.text.into_boxed_str(), hidden: normal.hidden })
            }
            /// Takes the text as it is; the caller has normalised it.
            pub fn new(text: impl Into<Box<str>>) -> Self {
                Self { text: text.into(), hidden: false }
            }
            /// The value itself.
            pub fn as_str(&self) -> &str {
                &self.text
            }
            /// Whether invisible characters were removed that its script does
            /// not call for.
            pub fn had_hidden_characters(&self) -> bool {
                self.hidden
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "(…)"))
            }
        }
    };
}

hidden_text!(
    /// The platform's own id of the account: opaque, compared byte for byte.
    AccountId
);
named_text!(
    /// The handle chosen at sign-up, in the normal form of [`crate::name`];
    /// case is kept.
    Handle
);
named_text!(
    /// The display name, in the normal form of [`crate::name`]; case is kept.
    PersonName
);
hidden_text!(
    /// An opaque value compared byte for byte: device, fingerprint, JA4, referrer.
    Token
);

/// An ISO 3166-1 alpha-2 country code in upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country(pub [u8; 2]);

impl Country {
    /// `vn` and ` VN ` become `VN`; anything but two ASCII letters is none.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Some(Self([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => None,
        }
    }
    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two ASCII letters by construction")
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
