//! How much memory a run may take: what the user says, or most of what the machine,
//! or the container that it runs in, has.

use crate::commands::Usage;
use std::fs;

/// The rest is for the page cache and for others.
const SHARE: f64 = 0.6;

/// Where a container's bound stands, by version of cgroups.
const BOUNDS: &[&str] =
    &["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

/// Where the system says nothing, a laptop of some years ago.
const UNKNOWN_BYTES: u64 = 8 << 30;

/// The bytes that a run may take.
pub(crate) fn resolve(typed: Option<&str>) -> Result<u64, Usage> {
    match typed {
        None => Ok((machine() as f64 * SHARE) as u64),
        Some(typed) => number(typed, 1 << 10)
            .filter(|bytes| *bytes > 0)
            .ok_or_else(|| Usage(format!("--memory {typed}: write a size like 8G or 500M"))),
    }
}

/// A number with `k`, `M` or `G` (and perhaps `B`) behind it; `kilo` is 1000 or 1024.
pub(crate) fn number(typed: &str, kilo: u64) -> Option<u64> {
    let typed = typed.trim().trim_end_matches(['B', 'b']).trim_end_matches('i');
    let (digits, power) = match typed.char_indices().last()? {
        (at, 'k' | 'K') => (&typed[..at], 1),
        (at, 'm' | 'M') => (&typed[..at], 2),
        (at, 'g' | 'G') => (&typed[..at], 3),
        _ => (typed, 0),
    };
    let digits: f64 = digits.trim().replace(['_', ','], "").parse().ok()?;
    let number = digits * (kilo as f64).powi(power);
    (number.is_finite() && number >= 0.0).then_some(number as u64)
}

/// Memory of the machine, or of the container.
fn machine() -> u64 {
    let total = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb << 10)
    });
    let bounds =
        BOUNDS.iter().filter_map(|path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
    bounds.chain(total).min().unwrap_or(UNKNOWN_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_people_do() {
        assert_eq!(number("8G", 1 << 10), Some(8 << 30));
        assert_eq!(number("1.5 GiB", 1 << 10), Some(3 << 29));
        assert_eq!(number("4M", 1000), Some(4_000_000));
        assert_eq!(number("250_000", 1000), Some(250_000));
        assert_eq!(["", "G", "-1", "many", "nan"].map(|typed| number(typed, 1000)), [None; 5]);
    }

    #[test]
    fn the_machine_has_some() {
        assert!(resolve(None).is_ok_and(|bytes| bytes > 1 << 20));
    }
}
