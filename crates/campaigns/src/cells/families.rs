//! Which conjunctions are looked at: a resource, and behaviours that people
//! who merely share that resource have no reason to share.

use signals::Kind;

/// What kind of thing a resource is; evidence of one class counts once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Resource {
    /// An address or its neighbourhood.
    Address,
    /// A network operator.
    Operator,
    /// A device or a browser installation.
    Machine,
    /// A client program: TLS stack, user agent.
    Client,
    /// A mail provider, alone or with a grammar of names.
    Mail,
    /// A way of naming.
    Naming,
    /// A block of phone numbers.
    Phone,
    /// A network that fetches challenges for others.
    Solver,
    /// Where visitors came from.
    Source,
    /// A window of time.
    Window,
}

impl Resource {
    /// Number of classes.
    pub const COUNT: usize = 10;
}

/// What kind of likeness a behaviour is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Behaviour {
    /// How accounts are named.
    Name,
    /// Which mail provider.
    Provider,
    /// Which client program.
    Client,
    /// Which language.
    Language,
    /// How challenges were passed.
    Captcha,
    /// Where they came from.
    Source,
    /// Whether phone and address agree.
    Phone,
    /// When.
    Time,
}

impl Behaviour {
    /// Number of classes.
    pub const COUNT: usize = 8;
}

/// One resource and the behaviours looked at behind it.
pub struct Family {
    /// The shared resource.
    pub resource: Kind,
    /// Its class.
    pub class: Resource,
    /// What is compared among its users.
    pub behaviours: &'static [Kind],
}

use Kind::*;

const NAMES_AND_ALL: &[Kind] = &[
    MailShape,
    NameShape,
    NameGrammar,
    Stem,
    Texture,
    Nature,
    Relation,
    Domain,
    Agent,
    Ja4,
    Language,
    Solve,
    Redeem,
    PhoneHome,
    Referrer,
    Hour,
];
// A device or a fingerprint fixes its browser and mostly its language, so
// only what the person behind it chooses is compared.
const CHOICES: &[Kind] = &[
    MailShape,
    NameShape,
    NameGrammar,
    Stem,
    Texture,
    Nature,
    Relation,
    Domain,
    Solve,
    Redeem,
    PhoneHome,
    Hour,
];
const BESIDE_CLIENT: &[Kind] = &[
    MailShape,
    NameShape,
    NameGrammar,
    Stem,
    Texture,
    Nature,
    Relation,
    Domain,
    Language,
    Solve,
    Redeem,
    PhoneHome,
    IssueNet,
    Referrer,
    Hour,
];
const BEHIND_SOURCE: &[Kind] = &[
    MailShape,
    NameShape,
    NameGrammar,
    Stem,
    Texture,
    Nature,
    Relation,
    Domain,
    Language,
    Solve,
    Redeem,
    PhoneHome,
    IssueNet,
    Hour,
];
const BESIDE_MAIL: &[Kind] = &[
    NameGrammar,
    Texture,
    Nature,
    Relation,
    Agent,
    Ja4,
    Fingerprint,
    Language,
    Solve,
    Redeem,
    PhoneHome,
    IssueNet,
    Referrer,
    Hour,
    Asn,
];
// A grammar fixes texture and pattern, so names are not compared behind one.
const BESIDE_NAME: &[Kind] = &[
    Domain,
    Agent,
    Ja4,
    Fingerprint,
    Language,
    Solve,
    Redeem,
    PhoneHome,
    IssueNet,
    Referrer,
    Hour,
    Asn,
];
const BESIDE_GRAMMAR: &[Kind] =
    &[Agent, Ja4, Fingerprint, Language, Solve, Redeem, PhoneHome, IssueNet, Referrer, Hour, Asn];
const IN_WINDOW: &[Kind] = &[
    MailGrammar,
    NameShape,
    NameGrammar,
    Stem,
    Texture,
    Nature,
    Domain,
    Agent,
    Ja4,
    Solve,
    Referrer,
];

/// All families, in the order in which ties are resolved.
pub const FAMILIES: &[Family] = &[
    Family { resource: Ip, class: Resource::Address, behaviours: NAMES_AND_ALL },
    Family { resource: Net, class: Resource::Address, behaviours: NAMES_AND_ALL },
    Family { resource: Asn, class: Resource::Operator, behaviours: NAMES_AND_ALL },
    Family { resource: Device, class: Resource::Machine, behaviours: CHOICES },
    Family { resource: Fingerprint, class: Resource::Machine, behaviours: CHOICES },
    Family { resource: Ja4, class: Resource::Client, behaviours: BESIDE_CLIENT },
    Family { resource: AgentText, class: Resource::Client, behaviours: BESIDE_CLIENT },
    Family { resource: Domain, class: Resource::Mail, behaviours: BESIDE_MAIL },
    Family { resource: MailGrammar, class: Resource::Mail, behaviours: BESIDE_GRAMMAR },
    Family { resource: NameShape, class: Resource::Naming, behaviours: BESIDE_NAME },
    Family { resource: Stem, class: Resource::Naming, behaviours: BESIDE_NAME },
    Family { resource: PhoneBlock, class: Resource::Phone, behaviours: NAMES_AND_ALL },
    Family { resource: IssueNet, class: Resource::Solver, behaviours: NAMES_AND_ALL },
    Family { resource: Referrer, class: Resource::Source, behaviours: BEHIND_SOURCE },
    Family { resource: TenMinutes, class: Resource::Window, behaviours: IN_WINDOW },
    Family { resource: Hour, class: Resource::Window, behaviours: IN_WINDOW },
    Family { resource: Extra1, class: Resource::Source, behaviours: NAMES_AND_ALL },
    Family { resource: Extra2, class: Resource::Source, behaviours: NAMES_AND_ALL },
    Family { resource: Extra3, class: Resource::Source, behaviours: NAMES_AND_ALL },
    Family { resource: Extra4, class: Resource::Source, behaviours: NAMES_AND_ALL },
];

/// The class of a behaviour.
pub fn behaviour(kind: Kind) -> Behaviour {
    match kind {
        MailShape | NameShape | NameGrammar | Stem | Texture | Nature | Relation | DisplayShape
        | MailGrammar => Behaviour::Name,
        Domain => Behaviour::Provider,
        Agent | Ja4 | Fingerprint => Behaviour::Client,
        Language => Behaviour::Language,
        Solve | Redeem | IssueNet | Asn => Behaviour::Captcha,
        Referrer => Behaviour::Source,
        PhoneHome => Behaviour::Phone,
        _ => Behaviour::Time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kinds that are made from one another: behind one, the other is a given.
    const MADE_OF: &[(Kind, &[Kind])] = &[
        (Ip, &[Net, Asn]),
        (Net, &[Asn]),
        (Domain, &[Mailbox, MailGrammar]),
        (MailGrammar, &[Domain, MailShape, NameShape, NameGrammar, Texture, Nature, Relation]),
        (NameShape, &[MailShape, MailGrammar, NameGrammar, Texture, Relation]),
        (Stem, &[Nature, NameShape, NameGrammar, Texture, Relation]),
        (AgentText, &[Agent, Platform]),
        (Phone, &[PhoneBlock]),
        (TenMinutes, &[Hour, Day]),
        (Hour, &[TenMinutes, Day]),
    ];

    #[test]
    fn no_family_compares_what_its_resource_fixes() {
        for family in FAMILIES {
            assert!(!family.behaviours.contains(&family.resource), "{:?}", family.resource);
            let fixed = MADE_OF.iter().find(|(kind, _)| *kind == family.resource);
            for kind in fixed.iter().flat_map(|(_, kinds)| *kinds) {
                assert!(!family.behaviours.contains(kind), "{:?} × {kind:?}", family.resource);
            }
        }
    }
}
