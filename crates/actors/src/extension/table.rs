//! Every property that the extension brings, in tables: the checks, the JSON Schema and
//! what the documentation has to name follow from them.

use super::words::{self, Vocabulary};

/// A property.
#[derive(Debug)]
pub struct Property {
    /// Its name.
    pub name: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// Whether every object has to have it.
    pub is_required: bool,
    /// What it stands for.
    pub says: &'static str,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Text that is not empty.
    Text,
    /// `true` or `false`.
    Bool,
    /// A number, from the first to the second.
    Number(f64, f64),
    /// A whole number, from the first on, or to the second.
    Integer(i64, Option<i64>),
    /// A timestamp.
    Time,
    /// A currency, by three letters of ISO 4217.
    Currency,
    /// The id of an object of one of these types; of any where none is named.
    Id(&'static [&'static str]),
    /// A value of a vocabulary.
    Word(&'static Vocabulary),
    /// One or more.
    List(&'static Shape),
    /// A structure with these properties.
    Structure(&'static [Property]),
}

/// A domain object type of our own.
#[derive(Debug)]
pub struct Type {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub says: &'static str,
    /// Its properties, beside those that all domain objects share.
    pub properties: &'static [Property],
}

/// A property of the property extension, and the types that it belongs on.
#[derive(Debug)]
pub struct Attached {
    /// The property.
    pub property: Property,
    /// Types of the specification.
    pub on: &'static [&'static str],
}

/// A relationship type of our own.
#[derive(Debug)]
pub struct Verb {
    /// Its name.
    pub name: &'static str,
    /// Types at its source.
    pub from: &'static [&'static str],
    /// Types at its target; any where none is named.
    pub to: &'static [&'static str],
    /// What it says.
    pub says: &'static str,
}

const fn required(name: &'static str, shape: Shape, says: &'static str) -> Property {
    Property { name, shape, is_required: true, says }
}

const fn optional(name: &'static str, shape: Shape, says: &'static str) -> Property {
    Property { name, shape, is_required: false, says }
}

const ANY: Shape = Shape::Id(&[]);
const COUNT: Shape = Shape::Integer(0, None);
const HOURS: Shape = Shape::Number(0.0, f64::INFINITY);
const SHARE: Shape = Shape::Number(0.0, 1.0);

/// Our own domain object types.
pub const TYPES: &[Type] = &[
    Type {
        name: "offer",
        says: "What is for sale, by whom, where and for how much. One offer is one id; every quote is a version, with `modified` the time of the quote.",
        properties: &[
            required("name", Shape::Text, "For people."),
            optional("description", Shape::Text, "More for people."),
            required("good", Shape::Word(&words::GOODS), "What is for sale."),
            optional("tier", Shape::Text, "Which sort of it, in the seller's words."),
            optional("platform", Shape::Text, "Whose accounts, challenges or numbers."),
            optional(
                "seller_ref",
                Shape::Id(&["identity", "threat-actor", "intrusion-set"]),
                "Who sells.",
            ),
            optional("sold_at_ref", Shape::Id(&["infrastructure"]), "The shop."),
            optional("price", Shape::Structure(PRICE), "For how much."),
            optional("stock", COUNT, "How many there were."),
            optional(
                "live_time_hours_min",
                HOURS,
                "Hours that one lives, at least, as advertised or measured.",
            ),
            optional("live_time_hours_max", HOURS, "Hours that one lives, at most."),
            required("quoted", Shape::Time, "When it was quoted so."),
        ],
    },
    Type {
        name: "legal-action",
        says: "What was asked of a court or an authority, or done by it.",
        properties: &[
            required("name", Shape::Text, "For people."),
            optional("description", Shape::Text, "More for people."),
            required(
                "action_type",
                Shape::Word(&words::LEGAL_ACTIONS),
                "What was asked for or done.",
            ),
            optional("forum", Shape::Text, "The court or authority."),
            optional("docket", Shape::Text, "The number of the case there."),
            required("taken", Shape::Time, "When it was taken."),
            optional("unsealed", Shape::Time, "When it became public."),
            optional(
                "sealed",
                Shape::Bool,
                "Whether it is secret: a sealed action must not leave.",
            ),
            optional("target_refs", Shape::List(&ANY), "Whom or what it is taken against."),
            optional("status", Shape::Word(&words::LEGAL_STATUS), "How far it is."),
        ],
    },
];

/// The structure of a price.
pub const PRICE: &[Property] = &[
    required("amount", Shape::Number(0.0, f64::INFINITY), "How much."),
    required("currency", Shape::Currency, "Of which currency, by ISO 4217."),
    optional("per", Shape::Integer(1, None), "For how many of the good; 1 if it is left out."),
];

/// The structure of a step of a lineage.
pub const LINEAGE: &[Property] = &[
    required("event", Shape::Word(&words::LINEAGE_EVENTS), "What was done."),
    required("at", Shape::Time, "When."),
    optional("who", Shape::Id(&["identity"]), "Who did it."),
    optional("refs", Shape::List(&ANY), "What it was done with."),
    optional("from", Shape::Text, "What was before, such as the earlier name."),
    optional("to", Shape::Text, "What was after it."),
    optional("why", Shape::Text, "The reason, for people."),
];

/// The structure of a statement.
pub const STATEMENT: &[Property] = &[
    optional("likelihood", Shape::Word(&words::LIKELIHOODS), "How likely it is, by ICD 203."),
    optional(
        "source_reliability",
        Shape::Word(&words::RELIABILITIES),
        "How reliable its source is, by the Admiralty code.",
    ),
    optional(
        "information_credibility",
        Shape::Integer(1, Some(6)),
        "How credible its information is, by the Admiralty code: 1 confirmed by other sources, 2 probably true, 3 possibly true, 4 doubtful, 5 improbable, 6 truth cannot be judged.",
    ),
    optional(
        "status",
        Shape::Word(&words::STATEMENT_STATUS),
        "How it stands among others; `held` if it is left out.",
    ),
    optional(
        "competes_with",
        Shape::List(&Shape::Id(&["relationship"])),
        "Relationships that cannot be true together with it.",
    ),
    optional(
        "reasons",
        Shape::List(&Shape::Text),
        "What speaks for it and, where it was rejected or superseded, why.",
    ),
];

/// The structure of what was measured.
pub const MEASURED: &[Property] = &[
    optional("rule_version", Shape::Text, "The version of the rules that measured it."),
    optional("signups", COUNT, "Sign-ups."),
    optional("sources", COUNT, "Addresses, or other sources, that they came from."),
    optional("false_positive_rate", SHARE, "Share of the background that is met too, 0 to 1."),
    optional("background", COUNT, "Sign-ups of the background that this was counted on."),
    optional("risk", SHARE, "Estimated probability of fraud, 0 to 1."),
    optional("first", Shape::Time, "The first sign-up."),
    optional("last", Shape::Time, "The last one."),
];

/// The property extension, property by property.
pub const ATTACHED: &[Attached] = &[
    Attached {
        property: optional(
            "roles",
            Shape::List(&Shape::Word(&words::ROLES)),
            "The parts that it has in the trade.",
        ),
        on: &["identity", "threat-actor", "intrusion-set", "infrastructure", "tool", "malware"],
    },
    Attached {
        property: optional(
            "lineage",
            Shape::List(&Shape::Structure(LINEAGE)),
            "What was done to it as an object, from the first on; nothing is taken out again.",
        ),
        on: &["intrusion-set", "threat-actor", "campaign"],
    },
    Attached {
        property: optional(
            "statement",
            Shape::Structure(STATEMENT),
            "How sure the relationship is, and how it stands among others. `confidence` of STIX is a third thing beside likelihood and the Admiralty code.",
        ),
        on: &["relationship"],
    },
    Attached {
        property: optional("measured", Shape::Structure(MEASURED), "What it was measured to be."),
        on: &["campaign", "indicator", "observed-data"],
    },
    Attached {
        property: optional("state", Shape::Word(&words::STATES), "What has become of it."),
        on: &["infrastructure"],
    },
    Attached {
        property: optional("state_since", Shape::Time, "Since when it is in that state."),
        on: &["infrastructure"],
    },
];

const TRADERS: &[&str] = &["identity", "threat-actor", "intrusion-set"];
const SUPPLIERS: &[&str] =
    &["identity", "threat-actor", "intrusion-set", "infrastructure", "tool", "malware"];

/// Relationship types beside those of the specification.
pub const VERBS: &[Verb] = &[
    Verb {
        name: "buys-from",
        from: TRADERS,
        to: SUPPLIERS,
        says: "a buyer buys from a seller or at a shop",
    },
    Verb {
        name: "sells",
        from: SUPPLIERS,
        to: &["offer"],
        says: "an actor or a shop sells what is on offer",
    },
    Verb {
        name: "markets",
        from: SUPPLIERS,
        to: SUPPLIERS,
        says: "a marketer, or its page, brings customers to a shop or seller",
    },
    Verb {
        name: "succeeds",
        from: &[],
        to: &[],
        says: "a new asset takes the place of an old one of its kind",
    },
    Verb {
        name: "acts-against",
        from: &["legal-action"],
        to: &[],
        says: "a legal action is taken against a target",
    },
    Verb {
        name: "supplies",
        from: SUPPLIERS,
        to: SUPPLIERS,
        says: "a solver or verifier supplies an account creator",
    },
];

/// What is said of a type of our own.
pub fn of(type_name: &str) -> Option<&'static Type> {
    TYPES.iter().find(|known| known.name == type_name)
}
