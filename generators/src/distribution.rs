//! Draws from continuous distributions, the same on every machine: `libm` computes logarithms and
//! the like in Rust, where a C library's differ in their last bit from one to the next.

use domain::network::LogNormal;

use crate::random::SplitMix64;

/// A draw from the exponential distribution of a mean.
pub(crate) fn exponential(mean: f64, random: &mut SplitMix64) -> f64 {
    // 1 less a fraction is above 0.
    -mean * libm::log(1.0 - random.fraction())
}

/// A draw from a log-normal distribution, in the unit of its median.
pub(crate) fn log_normal(distribution: LogNormal, random: &mut SplitMix64) -> f64 {
    distribution.median * libm::exp(distribution.sigma * standard_normal(random))
}

/// A draw from the standard normal distribution (Box and Muller, 1958).
fn standard_normal(random: &mut SplitMix64) -> f64 {
    let radius = libm::sqrt(exponential(2.0, random));
    radius * libm::cos(std::f64::consts::TAU * random.fraction())
}

/// Seconds of a number of hours, rounded down.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates"
)]
pub(crate) fn seconds(hours: f64) -> i64 {
    (hours * 3600.0) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: usize = 20_000;

    /// The greatest distance between what was drawn and a distribution function, times the root of
    /// the number of draws: Kolmogorov and Smirnov's statistic, above 1.95 once in a thousand times.
    fn statistic(mut drawn: Vec<f64>, below: impl Fn(f64) -> f64) -> f64 {
        drawn.sort_by(f64::total_cmp);
        let count = f64::from(u32::try_from(drawn.len()).unwrap());
        let distances = drawn.iter().zip(0_u32..).map(|(value, before)| {
            let expected = below(*value);
            let (low, high) = (f64::from(before) / count, f64::from(before + 1) / count);
            (expected - low).abs().max((expected - high).abs())
        });
        distances.fold(0.0, f64::max) * count.sqrt()
    }

    #[test]
    fn waits_are_exponential() {
        let mut random = SplitMix64::new(11);
        let drawn = (0..DRAWS).map(|_| exponential(7.0, &mut random)).collect();
        let found = statistic(drawn, |value| 1.0 - libm::exp(-value / 7.0));
        println!("Kolmogorov-Smirnov statistic {found:.3} (critical 1.95)");
        assert!(found < 1.95, "{found}");
    }

    #[test]
    fn stays_are_log_normal() {
        let mut random = SplitMix64::new(12);
        let stay = LogNormal {
            median: 76.8,
            sigma: 0.9,
        };
        let drawn = (0..DRAWS).map(|_| log_normal(stay, &mut random)).collect();
        let found = statistic(drawn, |value| {
            let score = libm::log(value / stay.median) / stay.sigma;
            0.5 * (1.0 + libm::erf(score / std::f64::consts::SQRT_2))
        });
        println!("Kolmogorov-Smirnov statistic {found:.3} (critical 1.95)");
        assert!(found < 1.95, "{found}");
    }
}
