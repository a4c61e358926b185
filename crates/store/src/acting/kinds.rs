//! The words of decisions, appeals and deliveries, as they are stored and written.

use crate::error::{Error, unreadable};

/// Words that stand for the cases of a type, in one list.
macro_rules! words {
    ($(#[$about:meta])* $name:ident { $($(#[$case_about:meta])* $case:ident = $word:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$case_about])* $case,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$case),+];

            /// As it is written.
            pub fn name(self) -> &'static str {
                match self { $(Self::$case => $word),+ }
            }

            /// The one that is written so.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }

            pub(super) fn stored(name: &str) -> Result<Self, Error> {
                Self::named(name).ok_or_else(|| unreadable(name))
            }
        }
    };
}

words! {
    /// What is to be done to accounts.
    Action {
        /// They may do nothing until further notice.
        Suspend = "suspend",
        /// They prove something before they go on.
        Challenge = "challenge",
        /// They are looked at, and notice nothing.
        Watch = "watch",
        /// They are genuine: nothing is done to them.
        Clear = "clear",
    }
}

words! {
    /// What became of a decision.
    DecisionState {
        /// It waits for a second person.
        Proposed = "proposed",
        /// It holds.
        InForce = "in force",
        /// Somebody took it back.
        Undone = "undone",
        /// Its time was over.
        Expired = "expired",
        /// The second person, or who proposed it, did not want it.
        Refused = "refused",
    }
}

words! {
    /// What became of an appeal.
    AppealOutcome {
        /// Nobody has decided on it.
        Open = "open",
        /// The account is restored, and left out from now on.
        Restored = "restored",
        /// What was decided stands.
        Upheld = "upheld",
    }
}

words! {
    /// What webhooks are told of.
    EventKind {
        /// A decision holds from now on.
        InForce = "decision.in_force",
        /// One was taken back.
        Undone = "decision.undone",
        /// The time of one was over.
        Expired = "decision.expired",
        /// An account was restored.
        Restored = "appeal.restored",
        /// A campaign was seen for the first time.
        Recognised = "campaign.recognised",
        /// One that had been taken down is back.
        Returned = "campaign.returned",
        /// Somebody wants to see whether it arrives.
        Test = "webhook.test",
    }
}

words! {
    /// What became of a delivery.
    DeliveryState {
        /// It was not tried yet.
        Scheduled = "scheduled",
        /// It was taken.
        Delivered = "delivered",
        /// It was not taken, and is tried again.
        Failed = "failed",
        /// It is not tried again.
        GivenUp = "given up",
    }
}
