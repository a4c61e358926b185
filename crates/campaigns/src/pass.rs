//! The passes over a table, for whoever wants to show or time them.

/// A pass of the engine, in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Hashes become dense codes.
    Encode,
    /// Cells are counted against everyone: who is suspect?
    Suspect,
    /// Cells are counted against the unsuspected.
    Count,
    /// Cells become groups of sign-ups.
    Group,
    /// Sign-ups are compared with groups.
    Fit,
    /// What is weighed of each sign-up.
    Describe,
    /// Risk, and the company that each keeps.
    Weigh,
    /// What labels teach.
    Learn,
    /// Groups become campaigns with actors, reasons and signatures.
    Assemble,
}

impl Pass {
    /// Name of the pass, as timings have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::Suspect => "suspect",
            Self::Count => "count",
            Self::Group => "group",
            Self::Fit => "fit",
            Self::Describe => "describe",
            Self::Weigh => "weigh",
            Self::Learn => "learn",
            Self::Assemble => "assemble",
        }
    }
}

/// Is told of each pass once it is done.
pub type Watch<'a> = &'a dyn Fn(Pass);

/// For whom it does not matter.
pub fn unwatched(_: Pass) {}
