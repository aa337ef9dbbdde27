//! How large files will be.

use std::iter::Sum;
use std::ops::Add;

/// How many bytes files will have, a little more rather than less.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Before compression: what progress is told of.
    pub plain_bytes: u64,
    /// On the disk: what there must be room for.
    pub disk_bytes: u64,
}

impl Size {
    /// This size so many times, divided by a number above 0.
    #[must_use]
    pub(crate) fn times(self, factor: u64, divisor: u64) -> Self {
        let times = |bytes: u64| {
            let all = u128::from(bytes) * u128::from(factor) / u128::from(divisor.max(1));
            u64::try_from(all).unwrap_or(u64::MAX)
        };
        Self {
            plain_bytes: times(self.plain_bytes),
            disk_bytes: times(self.disk_bytes),
        }
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            plain_bytes: self.plain_bytes.saturating_add(other.plain_bytes),
            disk_bytes: self.disk_bytes.saturating_add(other.disk_bytes),
        }
    }
}

impl Sum for Size {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self::default(), Add::add)
    }
}
