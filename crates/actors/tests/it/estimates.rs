//! Likelihood, the Admiralty code and confidence: read from words, shown in words.

use actors::estimate::{Confidence, Likelihood, Scale, admiralty};
use expect_test::{Expect, expect};

fn check(words: &str, expected: &Expect) {
    let likelihood = Likelihood::parse(words).map(Likelihood::words);
    let source = admiralty(words)
        .map(|(source, information)| format!("{}, {}", source.words(), information.words()));
    let confidence = Confidence::parse(words).map(Confidence::words);
    let said = [("likelihood", likelihood), ("source", source), ("confidence", confidence)];
    let said = said.into_iter().filter_map(|(what, words)| Some(format!("{what}: {}", words?)));
    expected.assert_eq(&said.collect::<Vec<_>>().join("; "));
}

#[test]
fn each_is_read_from_its_own_words() {
    check("very likely", &expect!["likelihood: very likely (80–95 %)"]);
    check("Highly Improbable", &expect!["likelihood: very unlikely (5–20 %)"]);
    check("almost certainly", &expect!["likelihood: almost certain (95–99 %)"]);
    check("b2", &expect!["source: usually reliable, probably true"]);
    check("F6", &expect!["source: reliability cannot be judged, truth cannot be judged"]);
    check("G1", &expect![""]);
    check("B7", &expect![""]);
    check("70", &expect!["confidence: high (70)"]);
    check("low", &expect!["confidence: low (15)"]);
    check("101", &expect![""]);
    check("certain", &expect![""]);
}

#[test]
fn every_confidence_has_a_word_on_every_scale_and_back() {
    for scale in Scale::ALL {
        for value in 0..=100 {
            let word = Confidence::new(value).unwrap().word(scale);
            let back = Confidence::on(scale, word).unwrap();
            assert_eq!(back.word(scale), word, "{value} on {scale:?}");
        }
    }
    let word = |value, scale| Confidence::new(value).unwrap().word(scale);
    assert_eq!(word(29, Scale::LowMediumHigh), "low");
    assert_eq!(word(94, Scale::ZeroToTen), "9");
    assert_eq!(word(80, Scale::Admiralty), "1 - confirmed by other sources");
    assert_eq!(word(99, Scale::Estimative), "highly likely/almost certain");
    assert_eq!(word(89, Scale::Dni), "very likely / highly probable");
}
