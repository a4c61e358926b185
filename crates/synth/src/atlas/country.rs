//! What a platform sees of a country: clock, languages, lines, phones, devices.

use super::{Tongue, figure, lines};

/// One country.
pub(crate) struct Country {
    pub(crate) code: &'static str,
    /// Standard time against UTC; summer time is left out.
    pub(crate) offset_min: i64,
    /// Share of a platform's sign-ups before a world changes it.
    pub(crate) weight: f64,
    pub(crate) speech: Vec<Speech>,
    /// Share of sign-ups over a mobile carrier.
    pub(crate) mobile: f64,
    pub(crate) ipv6: f64,
    /// Share of people who give a phone number when asked.
    pub(crate) phone: f64,
    pub(crate) calling: &'static str,
    pub(crate) prefixes: Vec<&'static str>,
    pub(crate) national_digits: usize,
    /// Android, iOS, Windows, Mac, Linux and others.
    pub(crate) devices: [f64; 5],
    pub(crate) search: &'static str,
    /// The suffix under which companies register.
    pub(crate) suffix: &'static str,
}

/// A language as a sign-up shows it: which names, which header tag.
pub(crate) struct Speech {
    pub(crate) tongue: usize,
    pub(crate) tag: &'static str,
    pub(crate) share: f64,
}

pub(super) fn parse(text: &'static str, tongues: &[Tongue]) -> Vec<Country> {
    lines(text).map(|line| country(line, tongues)).collect()
}

fn country(line: &'static str, tongues: &[Tongue]) -> Country {
    let fields: Vec<&'static str> = line.split_whitespace().collect();
    let mut devices = [0.0; 5];
    for (slot, share) in devices.iter_mut().zip(fields[10].split(':')) {
        *slot = figure(share);
    }
    Country {
        code: fields[0],
        offset_min: figure(fields[1]) as i64,
        weight: figure(fields[2]),
        speech: fields[3].split(',').map(|part| speech(part, tongues)).collect(),
        mobile: figure(fields[4]),
        ipv6: figure(fields[5]),
        phone: figure(fields[6]),
        calling: fields[7],
        prefixes: fields[8].split('|').collect(),
        national_digits: figure(fields[9]) as usize,
        devices,
        search: fields[11],
        suffix: fields[12],
    }
}

fn speech(part: &'static str, tongues: &[Tongue]) -> Speech {
    let (tongue, rest) = part.split_once('/').expect("tongue/tag:share");
    let (tag, share) = rest.split_once(':').expect("tag:share");
    let tongue = tongues.iter().position(|t| t.key == tongue).expect("a tongue of names.txt");
    Speech { tongue, tag, share: figure(share) }
}
