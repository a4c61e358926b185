//! Proof at compile time that a table of names is sorted, which the binary
//! search in it relies on.

/// Whether `a` stands before `b`, byte for byte.
pub(crate) const fn before(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        if a[at] != b[at] {
            return a[at] < b[at];
        }
        at += 1;
    }
    a.len() < b.len()
}

/// Whether every name stands before the next one.
pub(crate) const fn ascending(names: &[&str]) -> bool {
    let mut at = 1;
    while at < names.len() {
        if !before(names[at - 1], names[at]) {
            return false;
        }
        at += 1;
    }
    true
}
