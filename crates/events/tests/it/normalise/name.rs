//! Names: normal form, hidden characters, scripts, look-alikes, shapes.

use events::name::{is_mixed, normal, scripts, shape, skeleton};
use events::{Handle, PersonName};
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn check(names: &[&str], expected: Expect) {
    let lines: String = names
        .iter()
        .map(|text| {
            let normal = normal(text);
            let scripts: Vec<_> = scripts(&normal.text).iter().map(|s| s.full_name()).collect();
            let hidden = if normal.hidden { ", hidden" } else { "" };
            let mixed = if is_mixed(&normal.text) { ", mixed" } else { "" };
            format!(
                "[{}] {} {}{hidden}{mixed}\n",
                normal.text,
                shape(&normal.text),
                scripts.join("+")
            )
        })
        .collect();
    expected.assert_eq(&lines);
}

#[test]
fn names_of_the_world_stay_as_they_are() {
    check(
        &[
            "Nguyễn Thị Minh Khai",
            "王小明",
            "محمد عبد الله",
            "สมชาย ใจดี",
            "Иван Петров",
            "山田 太郎",
            "ヤマダ タロウ",
            "김민준",
            "José Ñuñez",
            "O'Brien-Smith",
            "Αλέξανδρος",
        ],
        expect![[r#"
            [Nguyễn Thị Minh Khai] Aaaaaa Aaa Aaaa Aaaa Latin
            [王小明] xxx Han
            [محمد عبد الله] xxxx xxx xxxx Arabic
            [สมชาย ใจดี] xxxxx xxxx Thai
            [Иван Петров] Aaaa Aaaaaa Cyrillic
            [山田 太郎] xx xx Han
            [ヤマダ タロウ] xxx xxx Katakana
            [김민준] xxx Hangul
            [José Ñuñez] Aaaa Aaaaa Latin
            [O'Brien-Smith] A'Aaaaa-Aaaaa Latin
            [Αλέξανδρος] Aaaaaaaaaa Greek
        "#]],
    );
}

#[test]
fn compatibility_forms_and_spaces_are_folded() {
    check(
        &[
            "Ｊｏｈｎ　Ｓｍｉｔｈ",
            "  John \t  Smith ",
            "John\u{a0}Smith",
            "Jose\u{301}",
            "ﬁona",
            "𝓙𝓸𝓱𝓷",
            "①②③",
            "ﾔﾏﾀﾞ",
        ],
        expect![[r#"
            [John Smith] Aaaa Aaaaa Latin
            [John Smith] Aaaa Aaaaa Latin
            [John Smith] Aaaa Aaaaa Latin
            [José] Aaaa Latin
            [fiona] aaaaa Latin
            [John] Aaaa Latin
            [123] 000 
            [ヤマダ] xxx Katakana
        "#]],
    );
}

#[test]
fn hidden_characters_go_and_are_told() {
    check(
        &[
            "Jo\u{200b}hn",
            "\u{202e}nhoJ",
            "John\u{feff}",
            "Jo\u{0}hn",
            "\u{3164}",
            "\u{2800}\u{2800}",
            "Jo\u{200d}hn",
            "Jo\u{ad}hn",
            "a\u{200b}\u{301}b",
            "\u{e0041}bc",
            "a\u{200b}\u{301}\u{fe0f}",
        ],
        expect![[r#"
            [John] Aaaa Latin, hidden
            [nhoJ] aaaA Latin, hidden
            [John] Aaaa Latin, hidden
            [John] Aaaa Latin, hidden
            []  , hidden
            []  , hidden
            [John] Aaaa Latin, hidden
            [John] Aaaa Latin, hidden
            [áb] aa Latin, hidden
            [bc] aa Latin, hidden
            [á] a Latin, hidden
        "#]],
    );
}

#[test]
fn joiners_stay_where_the_script_needs_them() {
    let kept = [
        "علی\u{200c}رضا",
        "क्\u{200d}ष",
        "👨\u{200d}👩\u{200d}👧",
        "❤\u{fe0f}",
        "❤\u{fe0f}\u{200d}🔥",
        "葛\u{e0100}城",
        "1\u{fe0f}\u{20e3}",
    ];
    for name in kept {
        let normal = normal(name);
        assert_eq!((normal.text.as_str(), normal.hidden), (name, false));
    }
}

#[test]
fn one_word_in_two_scripts_that_look_alike_is_mixed() {
    check(
        &[
            "Аlice",
            "pаypal",
            "Иван Smith",
            "Αlex",
            "李David",
            "田中Taro",
            "สมชายTH",
            "ლaura",
            "Ж2024",
            "김min",
        ],
        expect![[r#"
            [Аlice] Aaaaa Cyrillic+Latin, mixed
            [pаypal] aaaaaa Cyrillic+Latin, mixed
            [Иван Smith] Aaaa Aaaaa Cyrillic+Latin
            [Αlex] Aaaa Greek+Latin, mixed
            [李David] xAaaaa Han+Latin
            [田中Taro] xxAaaa Han+Latin
            [สมชายTH] xxxxxAA Latin+Thai
            [ლaura] aaaaa Georgian+Latin
            [Ж2024] A0000 Cyrillic
            [김min] xaaa Hangul+Latin
        "#]],
    );
}

#[test]
fn look_alikes_share_a_skeleton() {
    assert_eq!(skeleton("paypal"), skeleton("pаypаl"));
    assert_eq!(skeleton("Microsoft"), skeleton("rnicr0soft"));
    assert_ne!(skeleton("paypal"), skeleton("paypai2"));
}

#[test]
fn a_shape_keeps_the_build_and_drops_the_letters() {
    assert_eq!(shape("Alice.Smith1987"), "Aaaaa.Aaaaa0000");
    assert_eq!(shape("x_X-9é Ü٣"), "a_A-0a A0");
}

#[test]
fn the_types_carry_whether_anything_was_hidden() {
    let handle = Handle::parse(" Jo\u{200b}hn ").unwrap();
    assert_eq!((handle.as_str(), handle.had_hidden_characters()), ("John", true));
    assert!(!PersonName::parse("John").unwrap().had_hidden_characters());
    assert_eq!(Handle::parse("\u{200b} \u{3164}"), Err("nothing visible in it"));
    assert_eq!(
        format!("{handle:?} {:?}", normal("Ann")),
        "Handle(…) Normal(3 characters, hidden: false)"
    );
}

/// Letters of many scripts with everything that interacts: joiners,
/// selectors, combining marks, fillers, spaces, emoji.
fn entangled() -> impl Strategy<Value = String> {
    let odd = "aZ9 é\u{301}\u{323}\u{200b}\u{200c}\u{200d}\u{fe0f}\u{e0100}\u{20e3}❤👨क्ष\u{94d}علی葛ㄱ\u{1160}\u{ffa0}\u{3164}\u{202e}\u{34f}\u{b4}\u{a0}\u{180b}ᠠ각ﷺ";
    let odd: Vec<char> = odd.chars().collect();
    proptest::collection::vec(
        prop_oneof![4 => proptest::sample::select(odd), 1 => any::<char>()],
        0..12,
    )
    .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn a_normal_name_is_its_own_normal_form(text in entangled()) {
        let once = normal(&text);
        let twice = normal(&once.text);
        prop_assert_eq!(&once.text, &twice.text);
        prop_assert!(!twice.hidden);
        prop_assert_eq!(shape(&once.text).chars().count(), once.text.chars().count());
        let _ = (is_mixed(&once.text), skeleton(&once.text), scripts(&once.text));
    }
}
