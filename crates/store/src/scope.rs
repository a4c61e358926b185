//! What somebody may do beside reading collections: a key has scopes one by one, a person
//! has those of a role.

/// A thing that may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Ask about sign-ups, and tell of what happened later.
    Signups,
    /// Read what the service did, in numbers.
    Metrics,
    /// See campaigns, decisions and the graph.
    Read,
    /// Say of accounts what they are.
    Label,
    /// Decide on campaigns, and take decisions back.
    Act,
    /// See what is under seal.
    Sealed,
    /// Say who may do what, by which policy, and where decisions are sent.
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Signups,
        Self::Metrics,
        Self::Read,
        Self::Label,
        Self::Act,
        Self::Sealed,
        Self::Admin,
    ];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signups => "signups",
            Self::Metrics => "metrics",
            Self::Read => "read",
            Self::Label => "label",
            Self::Act => "act",
            Self::Sealed => "sealed",
            Self::Admin => "admin",
        }
    }
}

/// What a person is here; each may do what the one before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Looks.
    Viewer,
    /// Says of accounts what they are.
    Analyst,
    /// Decides on campaigns, and sees what is under seal.
    Investigator,
    /// Says who may do what.
    Admin,
}

impl Role {
    /// All of them, from the least.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Analyst, Self::Investigator, Self::Admin];

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Investigator => "investigator",
            Self::Admin => "admin",
        }
    }

    /// The role that is written so.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// What it may do. Sign-ups are asked about by platforms, which have keys.
    pub fn scopes(self) -> &'static [Scope] {
        const ALL: &[Scope] =
            &[Scope::Metrics, Scope::Read, Scope::Label, Scope::Act, Scope::Sealed, Scope::Admin];
        match self {
            Self::Viewer => &ALL[..2],
            Self::Analyst => &ALL[..3],
            Self::Investigator => &ALL[..5],
            Self::Admin => ALL,
        }
    }
}
