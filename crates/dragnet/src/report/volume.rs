//! Sign-ups over time, in few enough buckets to be drawn and read.
//! The caller counts while it reads; nothing here keeps a sign-up.

/// Most buckets a chart shows: more, and a bar on a phone is thinner than two pixels.
pub const BUCKETS_MAX: usize = 120;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
// The epoch was a Thursday; weeks start on Monday.
const MONDAY_MS: i64 = 4 * DAY_MS;
// Quantiles of this many evenly spaced times are exact enough to place an axis.
const TIMES_LOOKED_AT: usize = 100_000;

/// A run of equally wide stretches of time, aligned to UTC hours, days or weeks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buckets {
    /// Start of the first bucket, ms since the epoch.
    pub start_ms: i64,
    /// Width of each, ms; 0 where there is no bucket.
    pub width_ms: i64,
    /// How many; at most [`BUCKETS_MAX`].
    pub count: usize,
}

impl Buckets {
    /// Buckets of an hour, 6 hours, a day or whole weeks, as narrow as it takes
    /// to cover both times, in either order, with at most [`BUCKETS_MAX`].
    pub fn spanning(first_ms: i64, last_ms: i64) -> Self {
        let (first_ms, last_ms) = (first_ms.min(last_ms), first_ms.max(last_ms));
        // One fewer than the most, since the ends need not fall on a border.
        let weeks = last_ms
            .abs_diff(first_ms)
            .div_ceil(7 * DAY_MS as u64 * (BUCKETS_MAX as u64 - 1))
            .max(1);
        let widths = [HOUR_MS, 6 * HOUR_MS, DAY_MS, weeks as i64 * 7 * DAY_MS];
        let tried = widths.map(|width_ms| Self::of_width(first_ms, last_ms, width_ms));
        tried.into_iter().find(|buckets| buckets.count <= BUCKETS_MAX).unwrap_or(tried[3])
    }

    /// Buckets that suit these times, in any order; none for no times. A stray
    /// date decades away would squeeze all others into one bar, so the outer
    /// thousandths are left out where they make the span more than four times
    /// as long; [`Volume::outside`] then counts them.
    pub fn fitting(times_ms: &[i64]) -> Self {
        let (Some(&first), Some(&last)) = (times_ms.iter().min(), times_ms.iter().max()) else {
            return Self::default();
        };
        let step = times_ms.len().div_ceil(TIMES_LOOKED_AT).max(1);
        let mut some: Vec<i64> = times_ms.iter().step_by(step).copied().collect();
        some.sort_unstable();
        // With fewer than a thousand times, the single outermost one on each side.
        let outer = (some.len() / 1000).max(1).min((some.len() - 1) / 2);
        let (low, high) = (some[outer], some[some.len() - 1 - outer]);
        let core_ms = high.saturating_sub(low).max(DAY_MS);
        if last.saturating_sub(first) / 4 > core_ms {
            Self::spanning(low, high)
        } else {
            Self::spanning(first, last)
        }
    }

    /// The bucket of a time, if it lies in one.
    pub fn index(&self, time_ms: i64) -> Option<usize> {
        let offset =
            time_ms.checked_sub(self.start_ms).filter(|ms| *ms >= 0 && self.width_ms > 0)?;
        usize::try_from(offset / self.width_ms).ok().filter(|index| *index < self.count)
    }

    /// Start of a bucket, ms since the epoch.
    pub fn start_of(&self, index: usize) -> i64 {
        self.start_ms.saturating_add(self.width_ms.saturating_mul(index as i64))
    }

    /// What one bucket is, in words: `hour`, `6 hours`, `day`, `week`, `3 weeks`.
    pub fn unit(&self) -> String {
        match self.width_ms {
            HOUR_MS => "hour".to_owned(),
            DAY_MS => "day".to_owned(),
            ms if ms == 7 * DAY_MS => "week".to_owned(),
            ms if ms < DAY_MS => format!("{} hours", ms / HOUR_MS),
            ms => format!("{} weeks", ms / (7 * DAY_MS)),
        }
    }

    fn of_width(first_ms: i64, last_ms: i64, width_ms: i64) -> Self {
        let origin = if width_ms > DAY_MS { MONDAY_MS } else { 0 };
        // In 128 bits, so that the ends of i64 are times like any other.
        let (width, origin) = (i128::from(width_ms), i128::from(origin));
        let floor = |ms: i64| (i128::from(ms) - origin).div_euclid(width);
        let count = floor(last_ms) - floor(first_ms) + 1;
        Self {
            start_ms: i64::try_from(floor(first_ms) * width + origin).unwrap_or(i64::MIN),
            width_ms,
            count: usize::try_from(count).unwrap_or(usize::MAX),
        }
    }
}

/// Sign-ups by bucket: all, and of each campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// The buckets that the counts stand in.
    pub buckets: Buckets,
    /// All sign-ups by bucket, those of campaigns included.
    pub total: Vec<u64>,
    /// By campaign (index as in `Findings::campaigns`), then by bucket.
    pub campaigns: Vec<Vec<u64>>,
    /// Sign-ups dated outside every bucket.
    pub outside: u64,
    /// First and last time counted, ms since the epoch; none before the first.
    pub span_ms: Option<(i64, i64)>,
}

impl Volume {
    /// No sign-up yet, for so many campaigns and organisations.
    pub fn new(buckets: Buckets, campaigns: usize) -> Self {
        Self {
            buckets,
            total: vec![0; buckets.count],
            campaigns: vec![vec![0; buckets.count]; campaigns],
            ..Self::default()
        }
    }

    /// Counts one sign-up; `campaign` is its entry in `Findings::campaign`.
    pub fn add(&mut self, time_ms: i64, campaign: Option<u32>) {
        self.add_all(time_ms, 1);
        if let Some(campaign) = campaign {
            self.add_campaigns(time_ms, campaign, 1);
        }
    }

    /// Counts `signups` of all at once.
    pub fn add_all(&mut self, time_ms: i64, signups: u64) {
        let (first, last) = self.span_ms.unwrap_or((time_ms, time_ms));
        self.span_ms = Some((first.min(time_ms), last.max(time_ms)));
        match self.buckets.index(time_ms) {
            Some(index) => self.total[index] += signups,
            None => self.outside += signups,
        }
    }

    /// Says that so many of those counted are a campaign's.
    pub fn add_campaigns(&mut self, time_ms: i64, campaign: u32, signups: u64) {
        let counts = self.campaigns.get_mut(campaign as usize);
        if let (Some(index), Some(counts)) = (self.buckets.index(time_ms), counts) {
            counts[index] += signups;
        }
    }
}
