//! The kinds of signals, each with its words for people.

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal $words:literal;)*) => {
        /// A kind of signal: what `kind=value` says about a sign-up.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* $variant,)*
        }

        impl Kind {
            /// Every kind, in column order.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant,)*];

            /// Stable short name, used in files and rules.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$variant => $name,)* }
            }
            /// What it is called in a sentence.
            pub fn words(self) -> &'static str {
                match self { $(Kind::$variant => $words,)* }
            }
            /// The kind of a short name.
            pub fn parse(name: &str) -> Option<Kind> {
                match name { $($name => Some(Kind::$variant),)* _ => None }
            }
        }
    };
}

kinds! {
    /// Country of the address: the background against which all else is judged.
    Country "country" "country";
    /// Operating system: part of the background for TLS and agents.
    Platform "platform" "platform";
    /// IPv4 address, or the /64 of an IPv6 one: one subscriber.
    Ip "ip" "address";
    /// The /24 of an IPv4 address, the /48 of an IPv6 one.
    Net "net" "network";
    /// Autonomous system.
    Asn "asn" "network operator";
    /// What kind of network it is, where it is no ordinary one.
    NetworkKind "network_kind" "kind of network";
    /// Device id of the platform's own client.
    Device "device" "device";
    /// Browser fingerprint.
    Fingerprint "fingerprint" "browser fingerprint";
    /// JA4 of the TLS client hello.
    Ja4 "ja4" "TLS client";
    /// Browser family, major version and platform.
    Agent "agent" "browser";
    /// JA4 and browser together: one does not come with every other.
    Client "client" "TLS client and browser";
    /// The whole user agent as sent.
    AgentText "agent_text" "user agent";
    /// `Accept-Language` as sent.
    Language "language" "language setting";
    /// Mail domain.
    Domain "domain" "mail domain";
    /// What a provider delivers to, whatever dots and tags were added.
    Mailbox "mailbox" "mailbox";
    /// Exact shape of the local part of the mail address.
    MailShape "mail_shape" "mail name shape";
    /// Exact shape of the handle (or of the display name, where that is all).
    NameShape "name_shape" "name shape";
    /// Mail provider and shape together: the grammar of a factory.
    MailGrammar "mail_grammar" "mail name and provider";
    /// Shape of the handle with its runs folded.
    NameGrammar "name_grammar" "name pattern";
    /// First run of letters of the handle, in lower case.
    Stem "stem" "name stem";
    /// Length and naturalness of the handle's letters.
    Texture "texture" "name texture";
    /// How word-like the letters of the handle are.
    Nature "nature" "kind of name";
    /// How handle, local part and display name relate.
    Relation "relation" "relation of name and mail";
    /// Shape of the display name.
    DisplayShape "display_shape" "display name shape";
    /// The phone number.
    Phone "phone" "phone number";
    /// The phone number without its last four digits.
    PhoneBlock "phone_block" "phone number block";
    /// Whether the number's calling code is the country's.
    PhoneHome "phone_home" "phone country";
    /// Network that fetched the challenge.
    IssueNet "issue_net" "CAPTCHA-issuing network";
    /// Whether challenge and sign-up came from one network.
    Redeem "redeem" "CAPTCHA token path";
    /// Solve time in quarter octaves.
    Solve "solve" "CAPTCHA solve time";
    /// Referrer as sent.
    Referrer "referrer" "referrer";
    /// Ten minutes.
    TenMinutes "ten_minutes" "ten minutes";
    /// Hour.
    Hour "hour" "hour";
    /// Day.
    Day "day" "day";
    /// First column that the user named as a signal.
    Extra1 "extra1" "extra signal 1";
    /// Second column that the user named as a signal.
    Extra2 "extra2" "extra signal 2";
    /// Third column that the user named as a signal.
    Extra3 "extra3" "extra signal 3";
    /// Fourth column that the user named as a signal.
    Extra4 "extra4" "extra signal 4";
}

impl Kind {
    /// Columns of their own that a user may name with `--signal`: more than
    /// four would be a model of the user's own, not a few extra clues.
    pub const EXTRA: [Kind; 4] = [Kind::Extra1, Kind::Extra2, Kind::Extra3, Kind::Extra4];

    /// Whether the value identifies a person or a device, and is pseudonymised
    /// wherever it leaves.
    pub fn is_personal(self) -> bool {
        matches!(self, Kind::Ip | Kind::Device | Kind::Fingerprint | Kind::Mailbox | Kind::Phone)
    }
}
