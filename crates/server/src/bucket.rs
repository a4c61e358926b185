//! How often one may come: a bucket of requests that fills up again, a minute's worth a
//! minute.

use std::time::Instant;
use store::Rate;

/// Requests that are left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    /// A full one.
    pub(crate) fn full(now: Instant) -> Self {
        Self { left: f64::INFINITY, at: now }
    }

    /// Takes one; how many seconds to wait, where none is left.
    pub(crate) fn spend(&mut self, rate: Option<Rate>, now: Instant) -> Result<(), u64> {
        let Some(Rate(per_minute)) = rate else { return Ok(()) };
        let per_second = f64::from(per_minute) / 60.0;
        let gained = now.saturating_duration_since(self.at).as_secs_f64() * per_second;
        self.left = (self.left + gained).min(f64::from(per_minute));
        self.at = now;
        if self.left < 1.0 {
            return Err(((1.0 - self.left) / per_second.max(1.0 / 3600.0)).ceil() as u64);
        }
        self.left -= 1.0;
        Ok(())
    }
}
