//! The layouts of real files, read where they are at hand.

use crate::reading::{Reading, options, read_bytes};
use events::read::Bytes;
use expect_test::{Expect, expect};
use std::path::Path;

fn read(path: &str) -> Option<Reading> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    match std::fs::File::open(&path) {
        Ok(file) => Some(read_bytes(Bytes::File(file), &options(&[])).unwrap()),
        Err(error) => {
            eprintln!("skipped: {}: {error}", path.display());
            None
        }
    }
}

fn check(path: &str, expected: Expect) {
    let Some(reading) = read(path) else { return };
    let counts = format!(
        "{}; {} rows, {} accepted\n",
        reading.head,
        reading.all.rows,
        reading.all.signups.len()
    );
    assert_eq!(reading.error, None);
    expected.assert_eq(&(counts + &reading.mapping));
}

#[test]
fn registrations_of_a_managed_fraud_service() {
    check(
        "aws-registration/registration_data_20K_minimum.csv",
        expect![[r#"
        CSV, plain; 20000 rows, 20000 accepted
        ip ← ip_address (alias)
        email ← email_address (alias)
        timestamp ← EVENT_TIMESTAMP (alias)
        extra ← EVENT_LABEL (an outcome: never a signal)
        note: no column holds the account: each row is taken for one account and named after its line (`row-LINE`); `--map account_id=COLUMN` names a column instead
    "#]],
    );
    check(
        "aws-registration/registration_data_2K_coldstart.csv",
        expect![[r#"
        CSV, plain; 2000 rows, 2000 accepted
        ip ← ip_address (alias)
        email ← email_address (alias)
        extra ← billing_state
        user_agent ← user_agent (exact)
        extra ← billing_postal
        phone ← phone_number (alias)
        timestamp ← EVENT_TIMESTAMP (alias)
        extra ← billing_address
        extra ← EVENT_LABEL (an outcome: never a signal)
        note: no column holds the account: each row is taken for one account and named after its line (`row-LINE`); `--map account_id=COLUMN` names a column instead
    "#]],
    );
}

#[test]
fn sign_ups_of_a_shop() {
    check(
        "ecommerce-signups/Fraud_Data.csv.gz",
        expect![[r#"
        CSV, gzip; 51690 rows, 51690 accepted
        account_id ← user_id (alias)
        timestamp ← signup_time (alias)
        extra ← purchase_time
        extra ← purchase_value
        device_id ← device_id (exact)
        referrer ← source (alias)
        user_agent ← browser (alias)
        extra ← sex
        extra ← age
        extra ← class (an outcome: never a signal)
        note: dates such as 3/4/2024 are read month first, as the first rows show
    "#]],
    );
}

#[test]
fn users_of_a_site() {
    check(
        "stackexchange/martialarts_2012_2023.Users.xml.gz",
        expect![[r#"
        Users.xml, gzip; 9714 rows, 9714 accepted
        account_id ← Id (format)
        extra ← Reputation
        timestamp ← CreationDate (format)
        display_name ← DisplayName (format)
        extra ← LastAccessDate
        extra ← WebsiteUrl
        extra ← Location
        extra ← AboutMe
        extra ← Views
        extra ← UpVotes
        extra ← DownVotes
        extra ← AccountId
    "#]],
    );
}
