//! Identifiers of people hide themselves: no log line can carry one by accident.

use crate::reading::{options, read_bytes, stream};
use events::ip::Prefix;
use events::{AccountId, Email, Handle, PersonName, Phone, Token};

#[test]
fn debug_shows_nothing() {
    let shown = [
        format!("{:?}", AccountId::new("u-4711")),
        format!("{:?}", Email::parse("ann@example.org").unwrap()),
        format!("{:?}", Handle::parse("ann4711").unwrap()),
        format!("{:?}", PersonName::parse("Ann Lee").unwrap()),
        format!("{:?}", Phone::parse("+44 7700 900123", None).unwrap()),
        format!("{:?}", Token::new("device-4711")),
        format!("{:?}", Prefix::line("203.0.113.7".parse().unwrap())),
    ];
    assert_eq!(
        shown.join(" "),
        "AccountId(…) Email(…) Handle(…) PersonName(…) Phone(…) Token(…) Prefix(…/32)"
    );
}

#[test]
fn a_sign_up_and_its_batch_show_nothing() {
    let text = "account_id,timestamp,ip,email,username,user_agent,captcha_issue_ip,colour\n\
                u-4711,1706695200,203.0.113.7,ann@example.org,ann4711,Own/4711,203.0.113.8,teal\n";
    let batch = read_bytes(stream(text), &options(&[])).unwrap().all;
    let shown = format!("{:?}", batch);
    for value in ["4711", "203.0", "ann", "teal"] {
        assert!(!shown.contains(value), "{value} in {shown}");
    }
}
