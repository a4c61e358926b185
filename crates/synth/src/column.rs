//! The columns of a log, in the order of its files, and which of them are wanted:
//! what nobody wants is neither spelt out nor written.

/// A column of the canonical record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The platform's id of the event.
    EventId,
    /// The platform's id of the account.
    AccountId,
    /// When it happened.
    Timestamp,
    /// Address of the client.
    Ip,
    /// Autonomous system of the address.
    Asn,
    /// Country of the address.
    Country,
    /// Mail address given.
    Email,
    /// Handle chosen.
    Username,
    /// Name shown to others.
    DisplayName,
    /// Phone number given.
    Phone,
    /// `User-Agent` header.
    UserAgent,
    /// `Accept-Language` header.
    AcceptLanguage,
    /// Cookie or app id.
    DeviceId,
    /// Browser fingerprint.
    Fingerprint,
    /// JA4 of the TLS client hello.
    Ja4,
    /// Who ran the challenge.
    CaptchaProvider,
    /// When the challenge was issued.
    CaptchaIssueTs,
    /// Milliseconds until it was solved.
    CaptchaSolveMs,
    /// Address that fetched the challenge.
    CaptchaIssueIp,
    /// Address that redeemed the token.
    CaptchaRedeemIp,
    /// Where the visitor came from.
    Referrer,
}

impl Column {
    /// All columns with their names, in the order of the file.
    pub const ALL: [(Self, &'static str); 21] = [
        (Self::EventId, "event_id"),
        (Self::AccountId, "account_id"),
        (Self::Timestamp, "timestamp"),
        (Self::Ip, "ip"),
        (Self::Asn, "asn"),
        (Self::Country, "country"),
        (Self::Email, "email"),
        (Self::Username, "username"),
        (Self::DisplayName, "display_name"),
        (Self::Phone, "phone"),
        (Self::UserAgent, "user_agent"),
        (Self::AcceptLanguage, "accept_language"),
        (Self::DeviceId, "device_id"),
        (Self::Fingerprint, "fingerprint"),
        (Self::Ja4, "ja4"),
        (Self::CaptchaProvider, "captcha_provider"),
        (Self::CaptchaIssueTs, "captcha_issue_ts"),
        (Self::CaptchaSolveMs, "captcha_solve_ms"),
        (Self::CaptchaIssueIp, "captcha_issue_ip"),
        (Self::CaptchaRedeemIp, "captcha_redeem_ip"),
        (Self::Referrer, "referrer"),
    ];

    /// Its name in a file.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The column of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|&(column, _)| column)
    }
}

/// A set of columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns(u32);

impl Columns {
    /// Every column.
    pub fn all() -> Self {
        Column::ALL.iter().map(|&(column, _)| column).collect()
    }

    /// Whether the column is wanted.
    pub fn has(self, column: Column) -> bool {
        self.0 >> column as u32 & 1 == 1
    }

    /// Whether any of these is wanted.
    pub(crate) fn has_any(self, columns: &[Column]) -> bool {
        columns.iter().any(|&column| self.has(column))
    }

    /// The wanted ones, in the order of the file.
    pub fn iter(self) -> impl Iterator<Item = Column> {
        Column::ALL.into_iter().map(|(column, _)| column).filter(move |&column| self.has(column))
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<I: IntoIterator<Item = Column>>(columns: I) -> Self {
        Self(columns.into_iter().fold(0, |set, column| set | 1 << column as u32))
    }
}
