//! Address ranges with a value each: sorted columns and a binary search.
//! 12 bytes a range for IPv4 and 36 for IPv6, so that the whole internet by
//! network takes some 10 MB.

use std::cmp::Reverse;
use std::io::{self, BufRead};
use std::net::IpAddr;

/// A line of a table that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// 1-based.
    pub line: u64,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// At most so many bad lines are described; all are counted.
const BAD_LINES_MAX: usize = 20;
/// A line of a table is a hundred bytes; one of megabytes is another format,
/// and must not be read into memory whole.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// Address → value.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges {
    v4: Side<u32>,
    v6: Side<u128>,
}

impl Ranges {
    pub(super) fn value(&self, ip: IpAddr) -> Option<u32> {
        match ip.to_canonical() {
            IpAddr::V4(v4) => self.v4.value(v4.to_bits()),
            IpAddr::V6(v6) => self.v6.value(v6.to_bits()),
        }
    }
}

/// One address family, as columns: only `first` is touched while searching.
#[derive(Clone, Debug)]
struct Side<A> {
    first: Vec<A>,
    last: Vec<A>,
    value: Vec<u32>,
}

impl<A> Default for Side<A> {
    fn default() -> Self {
        Self { first: Vec::new(), last: Vec::new(), value: Vec::new() }
    }
}

impl<A: Copy + Ord> Side<A> {
    fn value(&self, address: A) -> Option<u32> {
        let after = self.first.partition_point(|first| *first <= address);
        let at = after.checked_sub(1)?;
        (address <= self.last[at]).then(|| self.value[at])
    }

    /// Where ranges overlap, the one that begins later, or is shorter, wins:
    /// registries and geofeeds set a customer's range within the provider's.
    fn build(mut rows: Vec<(A, A, u32)>) -> Self
    where
        A: Step,
    {
        rows.sort_unstable_by_key(|&(first, last, value)| (first, Reverse(last), value));
        let mut side = Self::default();
        // The ranges that are still open, the innermost last, and the first
        // address that no range has got yet.
        let mut open: Vec<(A, u32)> = Vec::new();
        let mut free = None;
        for (first, last, value) in rows {
            side.close(&mut open, &mut free, |end| end < first);
            if let (Some(&(_, around)), Some(from)) = (open.last(), free)
                && from < first
            {
                side.push(from, first.previous(), around);
            }
            open.push((last, value));
            free = Some(first);
        }
        side.close(&mut open, &mut free, |_| true);
        side.first.shrink_to_fit();
        side.last.shrink_to_fit();
        side.value.shrink_to_fit();
        side
    }

    /// Ends open ranges from the innermost outwards, as long as `ends` says so.
    fn close(&mut self, open: &mut Vec<(A, u32)>, free: &mut Option<A>, ends: impl Fn(A) -> bool)
    where
        A: Step,
    {
        while let Some((last, value)) = open.pop_if(|&mut (last, _)| ends(last)) {
            if let Some(from) = free.filter(|&from| from <= last) {
                self.push(from, last, value);
                *free = last.next();
            }
        }
    }

    /// Ranges that meet and say the same become one.
    fn push(&mut self, first: A, last: A, value: u32)
    where
        A: Step,
    {
        if let (Some(before), Some(&known)) = (self.last.last_mut(), self.value.last())
            && known == value
            && before.next() == Some(first)
        {
            *before = last;
            return;
        }
        self.first.push(first);
        self.last.push(last);
        self.value.push(value);
    }
}

/// The neighbours of an address.
trait Step: Sized {
    fn next(self) -> Option<Self>;
    /// Asked only of an address that another one stands before.
    fn previous(self) -> Self;
}

impl Step for u32 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn previous(self) -> Self {
        self - 1
    }
}

impl Step for u128 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
    fn previous(self) -> Self {
        self - 1
    }
}

/// Collects rows of both families, then sorts them once.
#[derive(Default)]
pub(super) struct RangesBuilder {
    v4: Vec<(u32, u32, u32)>,
    v6: Vec<(u128, u128, u32)>,
}

impl RangesBuilder {
    pub(super) fn push(
        &mut self,
        first: IpAddr,
        last: IpAddr,
        value: u32,
    ) -> Result<(), &'static str> {
        match (first, last) {
            (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
                self.v4.push((first.to_bits(), last.to_bits(), value));
            }
            (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
                self.v6.push((first.to_bits(), last.to_bits(), value));
            }
            (IpAddr::V4(_), IpAddr::V4(_)) | (IpAddr::V6(_), IpAddr::V6(_)) => {
                return Err("the range ends before it begins");
            }
            _ => return Err("the range begins in IPv4 and ends in IPv6, or the other way round"),
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Ranges {
        Ranges { v4: Side::build(self.v4), v6: Side::build(self.v6) }
    }
}

/// What reading a table's lines came to.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) good: u64,
    pub(super) bad: u64,
    pub(super) bad_lines: Vec<BadLine>,
}

impl Tally {
    fn reject(&mut self, line: u64, reason: &'static str) {
        self.bad += 1;
        if self.bad_lines.len() < BAD_LINES_MAX {
            self.bad_lines.push(BadLine { line, reason });
        }
    }
}

/// Hands every line to `take`, without its end. Empty lines, `#` comments and
/// what follows a `#` are skipped.
pub(super) fn each_line(
    mut reader: impl BufRead,
    tally: &mut Tally,
    mut take: impl FnMut(&str) -> Result<(), &'static str>,
) -> io::Result<()> {
    let mut buffer = Vec::new();
    let mut number = 0;
    loop {
        buffer.clear();
        let read = io::Read::take(&mut reader, LINE_BYTES_MAX).read_until(b'\n', &mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        let Ok(line) = std::str::from_utf8(&buffer) else {
            tally.reject(number, "not UTF-8");
            continue;
        };
        let line = line.split('#').next().unwrap_or_default();
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            continue;
        }
        match take(line) {
            Ok(()) => tally.good += 1,
            Err(reason) => tally.reject(number, reason),
        }
    }
}

/// `1.0.0.0,1.0.0.255,13335,"Cloudflare, Inc."`: first address, last address
/// (as text, or as a number), value, and whatever else.
pub(super) fn read_csv(
    reader: impl BufRead,
    builder: &mut RangesBuilder,
    tally: &mut Tally,
    value: fn(&str) -> Option<u32>,
) -> io::Result<()> {
    each_line(reader, tally, |line| {
        let mut cells = line.splitn(4, ',').map(|cell| cell.trim().trim_matches('"'));
        let mut cell = || cells.next().ok_or("fewer than three columns");
        let (first, last, text) = (cell()?, cell()?, cell()?);
        let first = address(first).ok_or("first column is no address")?;
        let last = address(last).ok_or("second column is no address")?;
        builder.push(first, last, value(text).ok_or("third column is not the value expected")?)
    })
}

/// An address as text, or as the number that the `-num.csv` files hold.
fn address(text: &str) -> Option<IpAddr> {
    if let Ok(ip) = text.parse() {
        return Some(ip);
    }
    let number: u128 = text.parse().ok()?;
    // No IPv6 range in use lies below 2^32.
    Some(match u32::try_from(number) {
        Ok(v4) => IpAddr::V4(v4.into()),
        Err(_) => IpAddr::V6(number.into()),
    })
}

/// `203.0.113.0/24`, `203.0.113.7`, `203.0.113.0-203.0.113.9`: the first and
/// the last address.
pub(super) fn network(text: &str) -> Result<(IpAddr, IpAddr), &'static str> {
    if let Some((first, last)) = text.split_once('-') {
        let first = first.trim().parse().map_err(|_| "not an address")?;
        return Ok((first, last.trim().parse().map_err(|_| "not an address")?));
    }
    let (ip, length) = match text.split_once('/') {
        Some((ip, length)) => (ip, Some(length)),
        None => (text, None),
    };
    let ip: IpAddr = ip.trim().parse().map_err(|_| "not an address, a network or an AS number")?;
    let bits: u32 = if ip.is_ipv4() { 32 } else { 128 };
    let length: u32 = match length {
        Some(length) => length.trim().parse().map_err(|_| "not a prefix length")?,
        None => bits,
    };
    let host_bits = bits.checked_sub(length).ok_or("prefix longer than the address")?;
    Ok(match ip {
        IpAddr::V4(v4) => {
            let host = u32::MAX.checked_shr(32 - host_bits).unwrap_or(0);
            let first = v4.to_bits() & !host;
            (IpAddr::V4(first.into()), IpAddr::V4((first | host).into()))
        }
        IpAddr::V6(v6) => {
            let host = u128::MAX.checked_shr(128 - host_bits).unwrap_or(0);
            let first = v6.to_bits() & !host;
            (IpAddr::V6(first.into()), IpAddr::V6((first | host).into()))
        }
    })
}
