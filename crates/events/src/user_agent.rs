//! User agents: family, major version, platform. Few distinct values repeat a
//! great deal, so readers share one parsed value per distinct text.

/// A parsed user agent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserAgent {
    /// The text as sent.
    pub text: Box<str>,
    /// Browser or client family, such as `Chrome`; `Other` where unknown.
    pub family: Box<str>,
    /// Major version; 0 where unknown.
    pub major: u32,
    /// Operating system family, such as `Android`; `Other` where unknown.
    pub platform: Box<str>,
}

impl UserAgent {
    /// Never fails: an unknown agent is of family `Other`.
    pub fn parse(text: &str) -> Self {
        Self { text: text.into(), family: "Other".into(), major: 0, platform: "Other".into() }
    }
}
