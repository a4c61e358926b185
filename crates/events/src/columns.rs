//! The columns that the record knows, and the other names that logs give them.
//! Names only: how a file's columns are matched to these is in `mapping`.

mod mapping;
mod names;

pub use mapping::{How, MapError, Mapped, Mapping, Target};
pub(crate) use mapping::{Known, Layout, Request, map};
pub use names::is_outcome;
pub(crate) use names::{fold, known};

/// Most extra columns that a run keeps: a log has a few dozen, and more is a
/// file with data in its keys.
pub const EXTRA_COLUMNS_MAX: usize = 512;

/// Most columns that one file may have: beyond it, it is not a table of events.
pub const COLUMNS_MAX: usize = 4096;

/// Most column names that an error shows.
pub(crate) const COLUMNS_SHOWN_MAX: usize = 30;

macro_rules! columns {
    ($($column:ident $name:literal [$($alias:literal)*])*) => {
        /// A column of the record. The order is that of [`Column::ALL`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Column {
            $(#[doc = concat!("`", $name, "`")] $column,)*
        }

        impl Column {
            /// Every column, in the order of the documentation.
            pub const ALL: &[Column] = &[$(Column::$column),*];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// The canonical name, as in `--map NAME=COLUMN`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Column::$column => $name,)*
                }
            }

            /// Other names, folded (lower case, letters and digits only), the
            /// best first: where two columns of a file fit, the earlier wins.
            pub(crate) fn aliases(self) -> &'static [&'static str] {
                match self {
                    $(Column::$column => &[$($alias),*],)*
                }
            }
        }
    };
}

columns! {
    EventId "event_id" [
        "eventuuid" "requestid" "actionid" "signupid" "registrationid" "transactionid" "logid"
    ]
    AccountId "account_id" [
        "userid" "uid" "useruuid" "accountuuid" "accountnumber" "account" "customerid"
        "memberid" "profileid" "playerid" "linkedid" "entityid" "uuid" "id"
    ]
    Timestamp "timestamp" [
        "eventtimestamp" "signuptime" "signupat" "signuptimestamp" "signupdate" "signedupat"
        "registeredat" "registrationtime" "registrationtimestamp" "registrationdate"
        "registeredon" "registertime" "registered" "createdat" "creationdate" "creationtime"
        "createdon" "createdtime" "createtime" "createdate" "datecreated" "usercreated" "created"
        "datejoined" "joinedat" "joindate" "joined" "regdate" "regtime" "eventtime" "eventts"
        "insertedat" "sentat" "sendtime" "ts" "datetime" "time" "date"
    ]
    Ip "ip" [
        "ipaddress" "ipaddr" "clientip" "clientipaddress" "userip" "signupip" "registrationip"
        "regip" "createdip" "creationip" "trueclientip" "cfconnectingip" "xrealip" "realip"
        "xforwardedfor" "forwardedfor" "remoteaddr" "remoteaddress" "remoteip" "remotehost"
        "sourceip" "srcip" "ipv4" "ipv6"
    ]
    Asn "asn" [
        "asnumber" "asnnumber" "asnum" "ipasn" "ipinfoasn" "autonomoussystemnumber"
        "autonomoussystem" "cfasn"
    ]
    Country "country" [
        "countrycode" "ipcountry" "ipcountrycode" "geocountry" "geocountrycode" "geoipcountry"
        "geoipcountrycode" "countryisocode" "countryiso" "isocountry" "cfipcountry"
    ]
    Email "email" [
        "emailaddress" "useremail" "mail" "mailaddress" "primaryemail" "contactemail"
        "accountemail" "signupemail"
    ]
    Username "username" [
        "screenname" "login" "loginname" "userlogin" "handle" "userhandle" "accountname"
        "nickname" "nick" "user"
    ]
    DisplayName "display_name" [
        "fullname" "realname" "profilename" "publicname" "personname" "customername" "name"
    ]
    Phone "phone" [
        "phonenumber" "phoneno" "msisdn" "verificationphonenumber" "mobilenumber" "mobilephone"
        "mobile" "cellphone" "telephone" "userphone" "contactphone" "tel" "e164"
    ]
    UserAgent "user_agent" [
        "useragentstring" "httpuseragent" "clientuseragent" "uastring" "ua" "agent" "browser"
    ]
    AcceptLanguage "accept_language" [
        "httpacceptlanguage" "acceptlang" "browserlanguage" "languages" "language" "lang" "locale"
    ]
    DeviceId "device_id" [
        "deviceuuid" "deviceuid" "deviceidentifier" "clientdeviceid" "machineid" "hardwareid"
        "installationid" "androidid" "idfv" "device"
    ]
    Fingerprint "fingerprint" [
        "visitorid" "browserfingerprint" "devicefingerprint" "fingerprintid" "fingerprinthash"
        "browserhash" "devicehash" "fp"
    ]
    Ja4 "ja4" [
        "ja4fingerprint" "ja4hash" "tlsja4" "clientja4" "tlsfingerprint"
    ]
    CaptchaProvider "captcha_provider" [
        "captchavendor" "challengeprovider" "captchatype" "challengetype"
    ]
    CaptchaIssueTs "captcha_issue_ts" [
        "captchaissuedat" "captchaissuetime" "challengeissuedat" "challengets"
    ]
    CaptchaSolveMs "captcha_solve_ms" [
        "captchasolvetimems" "captchadurationms" "solvetimems" "solvems"
    ]
    CaptchaIssueIp "captcha_issue_ip" [
        "captchaissuerip" "challengeissueip" "challengeip" "issueip"
    ]
    CaptchaRedeemIp "captcha_redeem_ip" [
        "captcharedeemerip" "challengeredeemip" "redeemip"
    ]
    Referrer "referrer" [
        "referer" "referrerurl" "refererurl" "httpreferer" "referreruserid" "referralcode"
        "referral" "invitecode" "invitedby" "inviterid" "affiliateid" "affiliate" "utmsource"
        "trafficsource" "ref" "source"
    ]
}

impl Column {
    /// Finds a canonical name, whatever its case and separators.
    pub fn parse(name: &str) -> Option<Self> {
        let folded = names::fold(name);
        Self::ALL.iter().copied().find(|column| names::fold(column.name()) == folded)
    }
}
