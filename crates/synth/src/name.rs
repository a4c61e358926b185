//! A person's name, composed from the lists of a language.

use crate::atlas::{Atlas, Part, Tongue};
use crate::dice::Dice;
use std::borrow::Cow;

/// A name in pieces, so that each habit can spell it its own way.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) tongue: usize,
    given: [Option<Part>; 2],
    middle: Option<Part>,
    family: [Option<Part>; 2],
}

impl Name {
    /// A name as people of the language have them: common ones most.
    pub(crate) fn draw(dice: &mut Dice, tongue: usize) -> Self {
        let lists = &Atlas::get().tongues[tongue];
        Self {
            tongue,
            given: given(dice, lists),
            middle: (!lists.middle.is_empty() && dice.chance(0.85))
                .then(|| *dice.popular(&lists.middle)),
            family: family(dice, lists),
        }
    }

    /// A name with every entry of the lists equally likely: what a script does.
    pub(crate) fn from_list(dice: &mut Dice, tongue: usize, first: usize) -> Self {
        let lists = &Atlas::get().tongues[tongue];
        let mut name = Self::draw(dice, tongue);
        let cut = |list: &[Part]| list.len().min(first.max(4));
        if !lists.given.is_empty() {
            name.given = [Some(*dice.pick(&lists.given[..cut(&lists.given)])), None];
        }
        name.family = [Some(*dice.pick(&lists.family[..cut(&lists.family)])), None];
        name
    }

    /// The same family, another person.
    pub(crate) fn relative(&self, dice: &mut Dice) -> Self {
        let mut other = Self::draw(dice, self.tongue);
        other.family = self.family;
        other
    }

    pub(crate) fn facts(&self) -> &'static Tongue {
        &Atlas::get().tongues[self.tongue]
    }

    /// The given name in Latin lower case.
    pub(crate) fn given(&self) -> Cow<'static, str> {
        joined(self.given.map(|part| part.map(|part| part.latin)))
    }

    /// The family name in Latin lower case.
    pub(crate) fn family(&self) -> Cow<'static, str> {
        joined(self.family.map(|part| part.map(|part| part.latin)))
    }

    /// The middle name in Latin lower case; empty where the language has none.
    pub(crate) fn middle(&self) -> &'static str {
        self.middle.map_or("", |part| part.latin)
    }

    /// The given name in its own script, as it is written.
    pub(crate) fn native_given(&self) -> String {
        capital(&joined(self.given.map(|part| part.map(|part| part.native))))
    }

    fn native_family(&self) -> String {
        capital(&joined(self.family.map(|part| part.map(|part| part.native))))
    }

    /// The whole name in its own script and order.
    pub(crate) fn native(&self) -> String {
        let (given, family) = (self.native_given(), self.native_family());
        let facts = self.facts();
        if facts.joins_names() {
            return family + &given;
        }
        match (facts.family_first, self.middle) {
            (true, Some(middle)) => format!("{family} {} {given}", middle.native),
            (true, None) => format!("{family} {given}"),
            (false, _) => format!("{given} {family}"),
        }
    }

    /// The whole name in Latin letters with capitals, given name first.
    pub(crate) fn latin(&self) -> String {
        format!("{} {}", capital(&self.given()), capital(&self.family()))
    }
}

fn joined(parts: [Option<&'static str>; 2]) -> Cow<'static, str> {
    match parts {
        [Some(one), None] => Cow::Borrowed(one),
        parts => Cow::Owned(parts.map(Option::unwrap_or_default).concat()),
    }
}

/// With a capital first letter.
pub(crate) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return String::new() };
    let mut text = String::with_capacity(word.len() + 2);
    text.extend(first.to_uppercase());
    text + letters.as_str()
}

fn given(dice: &mut Dice, lists: &Tongue) -> [Option<Part>; 2] {
    if lists.syllables.is_empty() {
        return [Some(*dice.popular(&lists.given)), None];
    }
    let first = Some(*dice.popular(&lists.syllables));
    let two = if lists.key == "zh" { 0.72 } else { 0.98 };
    [first, dice.chance(two).then(|| *dice.popular(&lists.syllables))]
}

fn family(dice: &mut Dice, lists: &Tongue) -> [Option<Part>; 2] {
    // The long tail of family names: lists hold only the commonest.
    let rare = if lists.key == "th" { 0.9 } else { 0.42 };
    if !lists.heads.is_empty() && dice.chance(rare) {
        return [Some(*dice.pick(&lists.heads)), Some(*dice.pick(&lists.tails))];
    }
    [Some(*dice.popular(&lists.family)), None]
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn every_language_writes_its_names_its_own_way() {
        let shown: Vec<String> = (0..Atlas::get().tongues.len())
            .map(|tongue| {
                let name = Name::draw(&mut Dice::new(&[7, tongue as u64]), tongue);
                format!("{} {} = {}", name.facts().key, name.native(), name.latin())
            })
            .collect();
        expect![[r#"
            en James Johnson = James Johnson
            es Hugo Sánchez = Hugo Sanchez
            pt Rui Feral = Rui Feral
            fr Lucas Moreau = Lucas Moreau
            de Clara Kalthoff = Clara Kalthoff
            it Leonardo Mancini = Leonardo Mancini
            nl Esther Broekstra = Esther Broekstra
            pl Adam Chmielkowski = Adam Chmielkowski
            cs David Dvořák = David Dvorak
            ro Andrei Munteanu = Andrei Munteanu
            sv Göran Sjoborg = Goran Sjoborg
            ru Алексей Белкин = Alexey Belkin
            uk Сергій Білук = Serhii Biluk
            tr Zeynep Acar = Zeynep Acar
            ar عبدالرحمن الدوسري = Abdelrahman Aldosari
            ur عثمان اسلم = Usman Aslam
            hi रिया कुमार = Riya Kumar
            bn সোহেল শেখ = Sohel Sheikh
            id Made Wijaya = Made Wijaya
            ms Faizal Jaafar = Faizal Jaafar
            fil Angel Bautista = Angel Bautista
            th อาทิตย์ แก้วรักษ์ = Arthit Kaewrak
            vi Đỗ Gia Huy = Huy Do
            zh 邵勇涵 = Yonghan Shao
            zht 謝偉琪 = Weichi Hsieh
            ja 秋野彩花 = Ayaka Akino
            ko 전정원 = Jungwon Jeon
            sw Caroline Owino = Caroline Owino
            ng Precious Nwosu = Precious Nwosu"#]]
        .assert_eq(&shown.join("\n"));
    }
}
