//! Naive linking: sign-ups that share an address (IPv6: a /64), a device, a
//! phone number or a mailbox are one component, without any cap. The browser
//! fingerprint is no key here: it names a model of browser, not one machine,
//! and would chain everybody.
//!
//! The score is n / (n + 20) for a component of n: .5 at 20 sign-ups, from
//! which on it is also a group.

use super::log::Keys;
use super::union::Sets;
use super::{Log, Method, Verdicts};

pub(super) const METHOD: Method = Method {
    name: "linking",
    about: "components over shared address, device, phone, mailbox, by size",
    run,
};

const GROUP_MIN: u32 = 20;
const KEYS: [fn(&Keys) -> u64; 4] =
    [|keys| keys.ip, |keys| keys.device, |keys| keys.phone, |keys| keys.mailbox];

fn run(log: &Log) -> Verdicts {
    let mut sets = Sets::new(log.len());
    for key in KEYS {
        for pair in log.by(key).windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            sets.union(pair[0].2, pair[1].2);
        }
    }
    let root: Vec<u32> = (0..log.len() as u32).map(|at| sets.find(at)).collect();
    let mut size = vec![0u32; log.len()];
    for &root in &root {
        size[root as usize] += 1;
    }
    let size: Vec<u32> = root.iter().map(|&root| size[root as usize]).collect();
    let score = size.iter().map(|&size| f64::from(size) / f64::from(size + GROUP_MIN)).collect();
    let group =
        root.iter().zip(size).map(|(&root, size)| (size >= GROUP_MIN).then_some(root)).collect();
    Verdicts { score, group }
}
