//! Phone numbers: E.164, national numbers with a country, blocks.

use events::{Country, Phone};
use expect_test::{Expect, expect};
use proptest::prelude::*;

/// `number [@COUNTRY]` a line.
fn check(numbers: &str, expected: Expect) {
    let lines: String = numbers
        .lines()
        .map(|line| {
            let (text, country) = line.split_once(" @").unwrap_or((line, ""));
            match Phone::parse(text, Country::parse(country)) {
                Ok(phone) => format!(
                    "+{} of +{}, block {}\n",
                    phone.digits(),
                    phone.country_code(),
                    phone.block()
                ),
                Err(reason) => format!("✗ {reason}\n"),
            }
        })
        .collect();
    expected.assert_eq(&lines);
}

#[test]
fn international_numbers_as_people_write_them() {
    check(
        "+84 912 345 678\n0084-912-345-678\n+1 (415) 555-0132\n+44 (0)20 7946 0958\ntel:+49 30 901820\n＋８１９０１２３４５６７８\n+٩٦٦٥٠١٢٣٤٥٦٧\n\u{202a}+33 6 12 34 56 78\u{202c}\n+39 06 698 12345\n+7 (916) 123-45-67",
        expect![[r#"
            +84912345678 of +84, block 8491234
            +84912345678 of +84, block 8491234
            +14155550132 of +1, block 1415555
            +442079460958 of +44, block 44207946
            +4930901820 of +49, block 493090
            +819012345678 of +81, block 81901234
            +966501234567 of +966, block 96650123
            +33612345678 of +33, block 3361234
            +390669812345 of +39, block 39066981
            +79161234567 of +7, block 7916123
        "#]],
    );
}

#[test]
fn national_numbers_need_their_country() {
    check(
        "0912345678 @VN\n912345678 @VN\n84912345678 @VN\n(415) 555-0132 @US\n1-415-555-0132 @US\n8 (916) 123-45-67 @RU\n020 7946 0958 @GB\n06 20 123 4567 @HU\n06 698 12345 @IT\n55 1234 5678 @MX\n(11) 91234-5678 @BR\n011 44 20 7946 0958 @US\n0011 44 20 7946 0958 @AU\n138 1234 5678 @CN\n0912345678",
        expect![[r#"
            +84912345678 of +84, block 8491234
            +84912345678 of +84, block 8491234
            +84912345678 of +84, block 8491234
            +14155550132 of +1, block 1415555
            +14155550132 of +1, block 1415555
            +79161234567 of +7, block 7916123
            +442079460958 of +44, block 44207946
            +36201234567 of +36, block 3620123
            +390669812345 of +39, block 39066981
            +525512345678 of +52, block 52551234
            +5511912345678 of +55, block 551191234
            +442079460958 of +44, block 44207946
            +442079460958 of +44, block 44207946
            +8613812345678 of +86, block 861381234
            ✗ no + or 00 in front, and no country known
        "#]],
    );
}

#[test]
fn what_is_no_number_says_why() {
    check(
        "\n+\n+999 123456\n+1 415 555\n+84 12\n+1234567890123456\n12345678901234567890123\n14155550132.0\n+1 415 CALL NOW\n+1+415\n+1 415 555 0132 x12\n123 @VN\n0912345678 @AQ\n00\n+0 123",
        expect![[r#"
            ✗ no + or 00 in front, and no country known
            ✗ no such country calling code
            ✗ no such country calling code
            ✗ not a length that numbers of this calling code have
            ✗ not a length that numbers of this calling code have
            ✗ more than 15 digits
            ✗ more than 15 digits
            ✗ ends in .0: the column was read as a decimal number
            ✗ letters in the number
            ✗ a + inside the number
            ✗ letters in the number
            ✗ not a length that national numbers of the country have
            ✗ national number of a country without a calling code
            ✗ no such country calling code
            ✗ no such country calling code
        "#]],
    );
}

#[test]
fn a_number_is_of_a_country_or_not() {
    let phone = Phone::parse("+1 416 555 0132", None).unwrap();
    let of = |code| phone.is_of(Country::parse(code).unwrap());
    assert_eq!(
        (of("CA"), of("US"), of("GB"), of("AQ")),
        (Some(true), Some(true), Some(false), None)
    );
    assert_eq!(format!("{phone:?}"), "Phone(…)");
}

/// The table came from libphonenumber; here the library itself is asked. Its
/// example of each country's mobile numbers, dialled nationally, has to give
/// the same number. Kazakhstan is left out: the crate takes the 7 of its
/// mobile numbers for the calling code, and loses a digit.
#[test]
fn the_table_agrees_with_libphonenumber() {
    use phonenumber::metadata::DATABASE;
    let mut compared = 0;
    for country in [
        "AE", "AU", "BD", "CN", "DE", "DZ", "EG", "ES", "FR", "GB", "HU", "ID", "IN", "IT", "JP",
        "KR", "LT", "MA", "MX", "NG", "PH", "PK", "PL", "RU", "TH", "TR", "UA", "US", "VN", "ZA",
    ] {
        let meta = DATABASE.by_id(country).unwrap();
        let Some(example) = meta.descriptors().mobile().and_then(|mobile| mobile.example()) else {
            continue;
        };
        let trunk = meta.national_prefix().unwrap_or("");
        let hint = Country::parse(country);
        for dialled in [
            example.to_owned(),
            format!("{trunk}{example}"),
            format!("+{}{example}", meta.country_code()),
        ] {
            let theirs = phonenumber::parse(country.parse().ok(), &dialled).unwrap();
            let theirs = theirs.format().mode(phonenumber::Mode::E164).to_string();
            let ours = Phone::parse(&dialled, hint).map(|phone| format!("+{}", phone.digits()));
            assert_eq!(ours, Ok(theirs), "{country}");
            compared += 1;
        }
    }
    assert!(compared == 90, "only {compared} compared");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,40}", country in "[A-Z]{2}") {
        let _ = Phone::parse(&text, Country::parse(&country));
    }

    #[test]
    fn a_normal_form_is_its_own(text in "[+0-9][-0-9 ()]{0,18}", country in "VN|US|RU|DE|IT|HU|BR") {
        if let Ok(phone) = Phone::parse(&text, Country::parse(&country)) {
            prop_assert_eq!(Phone::parse(&format!("+{}", phone.digits()), None), Ok(phone));
            prop_assert!(phone.country_code() > 0);
        }
    }
}
