//! The vocabularies of the extension. Of an open one a value is best taken, of a closed
//! one it has to be.

/// A value of a vocabulary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is written.
    pub value: &'static str,
    /// What it stands for.
    pub says: &'static str,
}

/// Values that a property can have.
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// Such as `trade-good-ov`.
    pub name: &'static str,
    /// What it is of.
    pub says: &'static str,
    /// Whether other values may be taken.
    pub is_open: bool,
    /// Its values.
    pub words: &'static [Word],
}

impl Vocabulary {
    /// Whether a value is in it.
    pub fn has(&self, value: &str) -> bool {
        self.words.iter().any(|word| word.value == value)
    }
}

/// All vocabularies.
pub const ALL: &[&Vocabulary] = &[
    &GOODS,
    &ROLES,
    &LEGAL_ACTIONS,
    &LEGAL_STATUS,
    &STATES,
    &LINEAGE_EVENTS,
    &LIKELIHOODS,
    &RELIABILITIES,
    &STATEMENT_STATUS,
];

const fn word(value: &'static str, says: &'static str) -> Word {
    Word { value, says }
}

/// What is for sale.
pub const GOODS: Vocabulary = Vocabulary {
    name: "trade-good-ov",
    says: "what is for sale",
    is_open: true,
    words: &[
        word("account", "accounts on a platform"),
        word("captcha-solution", "solved challenges, by people, bots or models"),
        word("phone-verification", "numbers, or the codes that they receive"),
        word("mailbox-reader", "codes read out of a mailbox, so that one account verifies another"),
        word("proxy", "addresses to appear from"),
        word("engagement", "followers, likes, reviews"),
        word("kit", "software with which the buyer makes accounts"),
        word("other", "anything else"),
    ],
};

/// Who has which part in the trade.
pub const ROLES: Vocabulary = Vocabulary {
    name: "trade-role-ov",
    says: "the part that somebody, or something, has in the trade",
    is_open: true,
    words: &[
        word("tool-maker", "makes the software"),
        word("solver", "defeats challenges"),
        word("account-creator", "opens accounts in bulk"),
        word("verifier", "passes checks of phone, mailbox or identity"),
        word("seller", "sells what was made, at first hand"),
        word("reseller", "sells what others made"),
        word("marketer", "brings customers to a shop"),
        word("support", "answers buyers"),
        word("money-handler", "takes payments and moves money"),
        word("buyer", "buys"),
    ],
};

/// What the law does.
pub const LEGAL_ACTIONS: Vocabulary = Vocabulary {
    name: "legal-action-ov",
    says: "what was asked of a court or an authority, or done by it",
    is_open: true,
    words: &[
        word("complaint-under-seal", "a civil complaint that the defendants are not told of yet"),
        word("temporary-restraining-order", "an order that holds until a hearing"),
        word("order-to-show-cause", "an order to say why an injunction should not follow"),
        word("preliminary-injunction", "an order that holds until judgment"),
        word("supplemental-motion", "a motion that brings new assets or defendants into a case"),
        word("permanent-injunction", "an order that stays"),
        word("default-judgment", "a judgment against defendants who did not answer"),
        word("criminal-referral", "a case handed to a prosecutor or the police"),
        word("mlat-request", "a request to another country under a treaty of legal assistance"),
        word("preservation-letter", "a request to a provider to keep evidence"),
        word("sanctions-nomination", "a proposal to put somebody on a list of sanctions"),
        word("seizure", "assets taken over"),
    ],
};

/// How far a legal action is.
pub const LEGAL_STATUS: Vocabulary = Vocabulary {
    name: "legal-status-enum",
    says: "how far a legal action is",
    is_open: false,
    words: &[
        word("filed", "asked for"),
        word("granted", "allowed"),
        word("executed", "done"),
        word("denied", "refused"),
        word("withdrawn", "taken back by who asked"),
    ],
};

/// What became of an asset.
pub const STATES: Vocabulary = Vocabulary {
    name: "infrastructure-state-ov",
    says: "what has become of a domain, shop or service",
    is_open: true,
    words: &[
        word("ok", "it works"),
        word("clientHold", "its registrar took it out of the DNS"),
        word("serverHold", "its registry took it out of the DNS"),
        word("seized", "taken over under an order"),
        word("sinkholed", "its traffic goes to defenders"),
        word("transferred", "it belongs to somebody else now"),
        word("parked", "it answers, with nothing of its own"),
        word("re-registered", "it expired, and somebody registered it anew"),
        word("gated", "reachable from some places or by invitation only"),
        word("offline", "it does not answer"),
    ],
};

/// What happens to an actor as a notion.
pub const LINEAGE_EVENTS: Vocabulary = Vocabulary {
    name: "lineage-event-enum",
    says: "what was done to an actor or campaign as an object",
    is_open: false,
    words: &[
        word("named", "it got another name; the earlier one became an alias"),
        word("merged", "the objects in `refs` were found to be it"),
        word("split", "the objects in `refs` were found not to be it, or to be parts of it"),
        word("attributed", "it was attributed to the actor in `refs`"),
        word("withdrawn", "an attribution or a merge was taken back"),
    ],
};

/// How likely something is.
pub const LIKELIHOODS: Vocabulary = Vocabulary {
    name: "likelihood-enum",
    says: "how likely a statement is, by ICD 203",
    is_open: false,
    words: &[
        word("almost-no-chance", "1–5 %"),
        word("very-unlikely", "5–20 %"),
        word("unlikely", "20–45 %"),
        word("roughly-even-chance", "45–55 %"),
        word("likely", "55–80 %"),
        word("very-likely", "80–95 %"),
        word("almost-certain", "95–99 %"),
    ],
};

/// How reliable a source is.
pub const RELIABILITIES: Vocabulary = Vocabulary {
    name: "source-reliability-enum",
    says: "how reliable the source is, by the Admiralty code",
    is_open: false,
    words: &[
        word("A", "completely reliable"),
        word("B", "usually reliable"),
        word("C", "fairly reliable"),
        word("D", "not usually reliable"),
        word("E", "unreliable"),
        word("F", "reliability cannot be judged"),
    ],
};

/// How a statement stands.
pub const STATEMENT_STATUS: Vocabulary = Vocabulary {
    name: "statement-status-enum",
    says: "how a statement stands among others",
    is_open: false,
    words: &[
        word("held", "who says it stands by it"),
        word("competing", "one of several that cannot all be true"),
        word("rejected", "it was looked at and found wrong"),
        word("superseded", "a later statement took its place"),
    ],
};
