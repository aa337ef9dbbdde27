//! Tests of goodness of fit, at a level of 1 in 1,000.

/// 99.9 % of a standard normal distribution lie below.
const NORMAL_999: f64 = 3.090_232;

/// Fewer than so many expected make Pearson's statistic something else: the usual rule.
const EXPECTED_MIN: f64 = 5.0;

/// Pearson's statistic of counts beside those expected by shares; the rarest are joined. Prints it
/// with the critical value, and fails above that.
pub(super) fn fits(what: &str, observed: &[f64], shares: &[f64]) {
    let cells = join_rare(observed, shares);
    let statistic: f64 = cells
        .iter()
        .map(|(observed, expected)| (observed - expected).powi(2) / expected)
        .sum();
    let freedom = f64::from(u32::try_from(cells.len() - 1).unwrap());
    let critical = chi_square_critical(freedom);
    println!(
        "{what}: chi-square {statistic:.1}, {freedom} degrees of freedom, critical {critical:.1}"
    );
    assert!(statistic < critical, "{what}: {statistic} of {critical}");
}

/// Counts beside those expected, those of which too few are expected joined with the next.
fn join_rare(observed: &[f64], shares: &[f64]) -> Vec<(f64, f64)> {
    assert_eq!(observed.len(), shares.len());
    let (count, whole) = (observed.iter().sum::<f64>(), shares.iter().sum::<f64>());
    let expected = shares.iter().map(|share| count * share / whole);
    let mut cells: Vec<(f64, f64)> = observed.iter().copied().zip(expected).collect();
    assert!(
        cells
            .iter()
            .all(|(observed, expected)| *expected > 0.0 || *observed == 0.0)
    );
    cells.sort_by(|one, other| one.1.total_cmp(&other.1));
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for (observed, expected) in cells {
        match joined.last_mut() {
            Some(cell) if cell.1 < EXPECTED_MIN => *cell = (cell.0 + observed, cell.1 + expected),
            _ => joined.push((observed, expected)),
        }
    }
    joined
}

/// The chi-square value that is exceeded once in 1,000, by the cube of a normal variable (Wilson and
/// Hilferty, "The distribution of chi-square", 1931): within 1 % from 3 degrees of freedom on, and
/// 3 % high at 1.
fn chi_square_critical(freedom: f64) -> f64 {
    let variance = 2.0 / (9.0 * freedom);
    freedom * (1.0 - variance + NORMAL_999 * variance.sqrt()).powi(3)
}

/// Kolmogorov's and Smirnov's statistic of numbers from 0 to 1 that should be spread evenly. Prints
/// it with the critical value, sqrt(-ln(0.001 / 2) / (2 n)), and fails above that.
pub(super) fn is_even(what: &str, mut numbers: Vec<f64>) {
    numbers.sort_by(f64::total_cmp);
    let count = f64::from(u32::try_from(numbers.len()).unwrap());
    let mut statistic: f64 = 0.0;
    let mut before = 0.0;
    for number in numbers {
        let after = before + 1.0 / count;
        statistic = statistic.max(number - before).max(after - number);
        before = after;
    }
    let critical = (-0.0005_f64.ln() / (2.0 * count)).sqrt();
    println!("{what}: Kolmogorov-Smirnov {statistic:.5}, n {count}, critical {critical:.5}");
    assert!(statistic < critical, "{what}: {statistic} of {critical}");
}

#[test]
fn critical_values_are_those_of_printed_tables() {
    for (freedom, printed) in [(1.0, 10.828), (10.0, 29.588), (100.0, 149.449)] {
        let computed = chi_square_critical(freedom);
        assert!(
            (computed / printed - 1.0).abs() < 0.04,
            "{freedom}: {computed}"
        );
    }
}

#[test]
#[should_panic(expected = "a loaded die")]
fn a_loaded_die_is_noticed() {
    fits(
        "a loaded die",
        &[110.0, 100.0, 100.0, 100.0, 100.0, 160.0],
        &[1.0; 6],
    );
}

#[test]
#[should_panic(expected = "the lower half")]
fn numbers_of_one_half_are_noticed() {
    is_even(
        "the lower half",
        (0..100).map(|it| f64::from(it) / 200.0).collect(),
    );
}
