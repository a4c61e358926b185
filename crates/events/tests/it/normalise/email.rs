//! E-mail: syntax, normal form, the mailbox behind it.

use events::Email;
use expect_test::{Expect, expect};
use proptest::prelude::*;

/// One line an address: `normal form`, then `→ mailbox` where it differs, and
/// `tag` where there is one; or what is wrong.
fn check(addresses: &[&str], expected: Expect) {
    let lines: String = addresses.iter().map(|text| line(text) + "\n").collect();
    expected.assert_eq(&lines);
}

fn line(text: &str) -> String {
    let email = match Email::parse(text) {
        Ok(email) => email,
        Err(reason) => return format!("✗ {reason}"),
    };
    let mut line = email.as_str().to_owned();
    if email.mailbox() != email.as_str() {
        line += &format!(" → {}", email.mailbox());
    }
    if email.has_tag() {
        line += " (tag)";
    }
    line
}

#[test]
fn case_and_white_space_around_do_not_count() {
    check(
        &[
            "Ann@Example.ORG",
            "  ann@example.org\r\n",
            "\u{feff}ann@example.org\u{200b}",
            "ann@example.org.",
        ],
        expect![[r#"
            ann@example.org
            ann@example.org
            ann@example.org
            ann@example.org
        "#]],
    );
}

#[test]
fn google_ignores_dots_tags_and_its_second_domain() {
    check(
        &[
            "a.n.n@gmail.com",
            "ann+shop@googlemail.com",
            "a..nn.@gmail.com",
            "+ann@gmail.com",
            "...@gmail.com",
            "ann@gmail.com",
        ],
        expect![[r#"
            a.n.n@gmail.com → ann@gmail.com
            ann+shop@googlemail.com → ann@gmail.com (tag)
            a..nn.@gmail.com → ann@gmail.com
            +ann@gmail.com
            ...@gmail.com
            ann@gmail.com
        "#]],
    );
}

#[test]
fn each_provider_has_its_own_rules() {
    check(
        &[
            "a.nn+x@outlook.com",
            "ann+x@hotmail.co.uk",
            "ann+x@live.fr",
            "ann-x@yahoo.com",
            "ann+x@yahoo.com",
            "ann-x@yahoo.co.jp",
            "a.n-n_a+x@pm.me",
            "ann@protonmail.com",
            "ann+x@fastmail.fm",
            "shop@ann.fastmail.com",
            "ann+x@me.com",
            "ann@mac.com",
            "ann+x@ya.ru",
            "ann@yandex.com",
            "ann+x@zoho.com",
            "-ann@yahoo.com",
        ],
        expect![[r#"
            a.nn+x@outlook.com → a.nn@outlook.com (tag)
            ann+x@hotmail.co.uk → ann@hotmail.co.uk (tag)
            ann+x@live.fr → ann@live.fr (tag)
            ann-x@yahoo.com → ann@yahoo.com (tag)
            ann+x@yahoo.com
            ann-x@yahoo.co.jp
            a.n-n_a+x@pm.me → anna@proton.me (tag)
            ann@protonmail.com → ann@proton.me
            ann+x@fastmail.fm → ann@fastmail.fm (tag)
            shop@ann.fastmail.com → ann@fastmail.com (tag)
            ann+x@me.com → ann@icloud.com (tag)
            ann@mac.com → ann@icloud.com
            ann+x@ya.ru → ann@yandex.ru (tag)
            ann@yandex.com → ann@yandex.ru
            ann+x@zoho.com → ann@zoho.com (tag)
            -ann@yahoo.com
        "#]],
    );
}

#[test]
fn an_unknown_domain_keeps_its_address() {
    check(
        &[
            "a.nn+x@example.org",
            "ann-x@example.org",
            "ann@gmail.com.example.org",
            "ann+x@notgmail.test",
        ],
        expect![[r#"
            a.nn+x@example.org (tag)
            ann-x@example.org
            ann@gmail.com.example.org
            ann+x@notgmail.test (tag)
        "#]],
    );
}

#[test]
fn quotes_go_where_they_are_not_needed() {
    check(
        &[
            r#""ann"@example.org"#,
            r#""Ann.Lee+x"@gmail.com"#,
            r#""ann lee"@example.org"#,
            r#""a\n\n"@example.org"#,
            r#""a@b"@example.org"#,
            r#""a\"b"@example.org"#,
            r#""ann+x y"@gmail.com"#,
            r#""ann@example.org"#,
            r#"""@example.org"#,
            r#""ann"example.org"#,
        ],
        expect![[r#"
            ann@example.org
            ann.lee+x@gmail.com → annlee@gmail.com (tag)
            "ann lee"@example.org
            ann@example.org
            "a@b"@example.org
            "a\"b"@example.org
            "ann+x y"@gmail.com
            ✗ quote not closed
            ✗ empty local part or domain
            ✗ no @ after the quoted local part
        "#]],
    );
}

#[test]
fn unicode_local_parts_are_folded_and_idn_domains_encoded() {
    check(
        &[
            "ＡＮＮ＠ｇｍａｉｌ．ｃｏｍ",
            "用户@例子.公司",
            "JOSÉ@Example.org",
            "jose\u{301}@example.org",
            "ann@BÜCHER.de",
            "ann@xn--bcher-kva.de",
            "ann@bücher。de",
            "ann@faß.de",
            "нгуен@почта.рф",
            "ann@xn--a.de",
            "ann@a\u{202e}b.org",
        ],
        expect![[r#"
            ann@gmail.com
            用户@xn--fsqu00a.xn--55qx5d
            josé@example.org
            josé@example.org
            ann@xn--bcher-kva.de
            ann@xn--bcher-kva.de
            ann@xn--bcher-kva.de
            ann@xn--fa-hia.de
            нгуен@xn--80a1acny.xn--p1ai
            ✗ domain is not a valid internationalised name
            ✗ domain is not a valid internationalised name
        "#]],
    );
}

#[test]
fn what_is_no_address_says_why() {
    check(
        &[
            "",
            "ann",
            "@example.org",
            "ann@",
            "ann@b@example.org",
            "ann lee@example.org",
            "ann(me)@example.org",
            "ann@example.org(me)",
            "<ann@example.org>",
            "ann@localhost",
            "ann@[192.0.2.1]",
            "ann@192.0.2.1",
            "ann@example..org",
            "ann@-a.test",
            "ann@a_b.org",
            "ann@exam ple.org",
            "an\u{200b}n@example.org",
            "an\u{0}n@example.org",
            "ann,lee@example.org",
        ],
        expect![[r#"
            ✗ no @
            ✗ no @
            ✗ empty local part or domain
            ✗ empty local part or domain
            ✗ more than one @
            ✗ white space inside the address
            ✗ comments are not accepted
            ✗ comments are not accepted
            ✗ character not allowed before the @
            ✗ domain without a dot
            ✗ address literal instead of a domain
            ✗ domain ends in a number
            ✗ empty label in the domain
            ✗ label of the domain begins or ends with -
            ✗ character not allowed in a domain
            ✗ white space inside the address
            ✗ invisible character inside the address
            ✗ invisible character inside the address
            ✗ character not allowed before the @
        "#]],
    );
}

#[test]
fn lengths_end_where_the_rfc_says() {
    let local = |n: usize| format!("{}@example.org", "a".repeat(n));
    let label = |n: usize| format!("a@{}.org", "a".repeat(n));
    let domain =
        |n: usize| format!("a@{}{}.org", "a.".repeat((n - 5) / 2), "b".repeat((n - 5) % 2 + 1));
    check(
        &[&local(65), &label(64), &domain(255), &"a".repeat(5_000)],
        expect![[r#"
            ✗ local part longer than 64 bytes
            ✗ label of the domain longer than 63 bytes
            ✗ domain longer than 253 bytes
            ✗ too long for an address
        "#]],
    );
    for fine in [local(64), label(63), domain(253)] {
        assert_eq!(Email::parse(&fine).unwrap().as_str(), fine);
    }
}

#[test]
fn what_was_registered_is_told_by_the_public_suffix_list() {
    let registrable = |text| Email::parse(text).unwrap().registrable_domain().to_owned();
    assert_eq!(registrable("a@mail.example.co.uk"), "example.co.uk");
    assert_eq!(registrable("a@x.github.io"), "x.github.io");
    assert_eq!(registrable("a@почта.пример.рф"), "xn--e1afmkfd.xn--p1ai");
    assert_eq!(registrable("a@mail.食狮.公司.cn"), "xn--85x722f.xn--55qx5d.cn");
    assert_eq!(registrable("a@co.uk"), "co.uk");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,80}") {
        let _ = Email::parse(&text);
    }

    #[test]
    fn a_normal_form_is_its_own(
        local in "[\\PC]{1,12}|\"[\\PC]{1,12}\"|[A-Za-z0-9.+_-]{1,20}",
        domain in "[A-Za-z0-9]{1,8}\\.[a-z]{2,5}|gmail\\.com|pm\\.me|[a-z]{2,4}\\.fastmail\\.com|[а-яß]{1,8}\\.рф|yahoo\\.com",
    ) {
        if let Ok(email) = Email::parse(&format!("{local}@{domain}")) {
            let again = Email::parse(email.as_str());
            prop_assert_eq!(again.as_ref().map(Email::as_str), Ok(email.as_str()));
            prop_assert_eq!(again.as_ref().map(Email::mailbox), Ok(email.mailbox()));
            let mailbox = Email::parse(email.mailbox());
            prop_assert_eq!(mailbox.as_ref().map(Email::mailbox), Ok(email.mailbox()));
        }
    }
}
