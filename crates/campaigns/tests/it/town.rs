//! A small town of honest people to hide in, and the way a story is told: rows
//! are drawn from the town and then changed.

use campaigns::{Findings, Identity, Limits, Weighing};
use events::read::{self, Bytes, Options};
use signals::{Extractor, Table, Values};
use std::io::Cursor;

/// One sign-up in the making; the fields are the columns of the record.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) account: String,
    pub(crate) time_s: i64,
    pub(crate) ip: String,
    pub(crate) country: &'static str,
    pub(crate) email: String,
    pub(crate) username: String,
    pub(crate) agent: &'static str,
    pub(crate) ja4: String,
    pub(crate) language: &'static str,
    pub(crate) device: String,
    pub(crate) referrer: &'static str,
}

const FIRST: &[&str] = &[
    "anna", "james", "maria", "li", "ahmed", "ivan", "priya", "jose", "emma", "noah", "olga",
    "hans", "linh", "sofia", "peter", "fatima", "carlos", "yuki", "chloe", "david", "elena",
    "omar", "nina",
];
const LAST: &[&str] = &[
    "smith", "garcia", "nguyen", "ivanov", "khan", "muller", "rossi", "silva", "tanaka", "brown",
    "lopez", "novak", "ali", "dubois", "kim", "costa", "weber", "singh", "moreau", "jensen",
    "kaya",
];
const COUNTRIES: &[(&str, &str)] = &[
    ("US", "en-us"),
    ("DE", "de-de"),
    ("BR", "pt-br"),
    ("VN", "vi-vn"),
    ("FR", "fr-fr"),
    ("IN", "en-in"),
];
const MAIL: &[&str] =
    &["gmail.com", "gmail.com", "gmail.com", "outlook.com", "yahoo.com", "icloud.com", "gmx.de"];
const AGENTS: &[(&str, &str)] = &[
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
        "t13d1516h2_chrome",
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1",
        "t13d2014h2_safari",
    ),
    (
        "Mozilla/5.0 (Linux; Android 13; SM-A536B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36",
        "t13d1516h2_android",
    ),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0",
        "t13d1715h2_firefox",
    ),
];
const REFERRERS: &[&str] = &["", "", "", "https://www.google.example/", "https://social.example/"];

/// Draws repeatable choices for person `n`.
pub(crate) struct Draw(u64);

impl Draw {
    pub(crate) fn of(seed: u64, n: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
    pub(crate) fn letters(&mut self, n: usize) -> String {
        (0..n).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }
}

/// Honest person `n` of town `seed`, signing up some time in a fortnight.
pub(crate) fn person(seed: u64, n: u64) -> Row {
    let mut draw = Draw::of(seed, n);
    let (country, language) = draw.pick(COUNTRIES);
    let (agent, ja4) = draw.pick(AGENTS);
    let (first, last) = (draw.pick(FIRST), draw.pick(LAST));
    let local = match draw.below(5) {
        0 => format!("{first}.{last}"),
        1 => format!("{first}{last}{}", 60 + draw.below(45)),
        2 => format!("{}{last}{}", &first[..1], draw.below(1000)),
        3 => format!("{first}_{}", draw.pick(LAST)),
        _ => format!("{last}{}{}", first, draw.below(100)),
    };
    let username =
        if draw.below(2) == 0 { local.clone() } else { format!("{first}{}", draw.below(9999)) };
    Row {
        account: format!("a{seed}-{n}"),
        time_s: 1_700_000_000 + draw.below(14 * 86_400) as i64,
        ip: format!(
            "{}.{}.{}.{}",
            20 + draw.below(60),
            draw.below(256),
            draw.below(256),
            1 + draw.below(254)
        ),
        country,
        email: format!("{local}@{}", draw.pick(MAIL)),
        username,
        agent,
        ja4: ja4.to_owned(),
        language,
        device: format!("d{seed}-{n}"),
        referrer: draw.pick(REFERRERS),
    }
}

/// `n` honest people.
pub(crate) fn people(seed: u64, n: u64) -> Vec<Row> {
    (0..n).map(|i| person(seed, i)).collect()
}

/// The rows as a table, in time order.
pub(crate) fn table(rows: &[Row]) -> (Table, Vec<events::SignUp>) {
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_by(|x, y| (x.time_s, &x.account).cmp(&(y.time_s, &y.account)));
    table_as_given(sorted.into_iter())
}

/// The rows as a table, in the order given.
pub(crate) fn table_as_given<'a>(
    rows: impl Iterator<Item = &'a Row>,
) -> (Table, Vec<events::SignUp>) {
    let mut csv = String::from(
        "account_id,timestamp,ip,country,email,username,user_agent,ja4,accept_language,device_id,referrer\n",
    );
    for r in rows {
        csv.push_str(&format!(
            "{},{},{},{},{},{},\"{}\",{},{},{},{}\n",
            r.account,
            r.time_s,
            r.ip,
            r.country,
            r.email,
            r.username,
            r.agent,
            r.ja4,
            r.language,
            r.device,
            r.referrer
        ));
    }
    let bytes = Bytes::Stream(Box::new(Cursor::new(csv.into_bytes())));
    let opened = read::open(bytes, &Options::default()).unwrap();
    let mut signups = Vec::new();
    for chunk in opened.chunks {
        signups.extend(chunk.unwrap().parse().signups);
    }
    (Extractor::default().extract(&signups), signups)
}

/// Scans the rows.
pub(crate) fn scan(rows: &[Row], weighing: Weighing, previous: &[Identity]) -> Findings {
    let (table, signups) = table(rows);
    let limits = Limits { weighing, ..Limits::default() };
    let found = campaigns::find(&table, &limits, previous);
    let mut values = Values::wanting(found.wanted());
    for signup in &signups {
        values.visit(&Extractor::default(), signup);
    }
    found.name(&values)
}
