//! Words of the trade in what markets write, mostly in Russian: of which sort an account
//! is, and of which country its number. How the person is described whom an account
//! pretends to be (sex, age) is not looked at.

/// (part of a word in lower case, what it says). What comes first excludes what it holds.
const SORTS: &[(&str, &str)] = &[
    ("авторег", "autoreg"),
    ("autoreg", "autoreg"),
    ("ретрив", "retrieved"),
    ("раскрученн", "grown"),
    ("куплен", "bought"),
    ("неактив", "inactive"),
    ("спам блок", "spam-blocked"),
    ("токен", "by-token"),
    ("без привязки к телефону", "no-phone"),
    ("номер:пароль", "login-by-phone"),
    ("почта:пароль", "login-by-mail"),
    ("email:пароль", "login-by-mail"),
    ("пустые", "empty"),
    ("заполнен", "filled"),
    ("заполнение", "filled"),
    ("живут отлично", "long-lived"),
    ("живет долго", "long-lived"),
    ("долго живут", "long-lived"),
    ("свои сим-карты", "own-sim"),
];

/// (calling code, country by ISO 3166-1): those that sellers of numbers name. `+7` is
/// Russia's there, since those of Kazakhstan are named by their own words.
const CODES: &[(&str, &str)] = &[
    ("1", "US"),
    ("7", "RU"),
    ("44", "GB"),
    ("48", "PL"),
    ("55", "BR"),
    ("62", "ID"),
    ("63", "PH"),
    ("77", "KZ"),
    ("84", "VN"),
    ("86", "CN"),
    ("91", "IN"),
    ("234", "NG"),
    ("371", "LV"),
    ("372", "EE"),
    ("373", "MD"),
    ("375", "BY"),
    ("380", "UA"),
    ("992", "TJ"),
    ("995", "GE"),
    ("996", "KG"),
    ("998", "UZ"),
];

/// (word in lower case, country): of a number, or of the accounts as a whole.
const COUNTRIES: &[(&str, &str)] = &[
    ("рф", "RU"),
    ("россия", "RU"),
    ("ru", "RU"),
    ("rus", "RU"),
    ("украина", "UA"),
    ("ukr", "UA"),
    ("индонезия", "ID"),
    ("казахстан", "KZ"),
    ("kz", "KZ"),
    ("беларусь", "BY"),
    ("bel", "BY"),
];

/// What `words` of a listing say: sorts, then `country:XX`, then `friends:N+`.
pub(super) fn labels(words: &str) -> Vec<String> {
    let text = words.to_lowercase();
    let mut found: Vec<String> = Vec::new();
    for (part, sort) in SORTS {
        let is_new = !found.iter().any(|known| known == sort);
        if is_new && text.contains(part) {
            found.push((*sort).to_owned());
        }
    }
    // The word for inactive holds the word for active.
    if text.replace("неактив", "").contains("актив") {
        found.push("active".to_owned());
    }
    found.extend(country(&text).map(|code| format!("country:{code}")));
    found
}

/// The country whose number an account was opened with, or that the accounts are of.
fn country(text: &str) -> Option<&'static str> {
    let after = |sign: &str| text.split_once(sign).map(|(_, rest)| rest);
    if let Some(rest) = after("sim +") {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        return CODES.iter().find(|(code, _)| *code == digits).map(|(_, country)| *country);
    }
    let is_part = |char: char| !char.is_alphanumeric();
    let of = |word: &str| COUNTRIES.iter().find(|(known, _)| *known == word);
    let mut found: Vec<&str> =
        text.split(is_part).filter_map(of).map(|(_, country)| *country).collect();
    found.dedup();
    // Several are none: a mix is of no country.
    match found[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// Without links: sellers show accounts as examples, and those may be somebody's.
pub(super) fn without_links(words: &str) -> String {
    let shown = |word: &str| match word.contains("://") {
        true => "(link)".to_owned(),
        false => word.to_owned(),
    };
    words.split(' ').map(shown).collect::<Vec<_>>().join(" ")
}

/// Platforms by the short names that sellers use.
pub(super) fn platform(name: &str) -> String {
    match &name.to_lowercase()[..] {
        "vk" | "vk.com" | "вк" => "vk.com".to_owned(),
        other => other.to_owned(),
    }
}

/// A shop's name as a file of its listings bears it: without the ending.
pub(super) fn shop(name: &str) -> &str {
    let name = name.trim();
    name.strip_suffix(".csv").or_else(|| name.strip_suffix(".txt")).unwrap_or(name)
}
