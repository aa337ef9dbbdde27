//! How numbers and names are told.

/// A whole number with commas between thousands.
pub fn thousands(number: u64) -> String {
    grouped(&number.to_string())
}

/// A number with one decimal place where it is below ten, and none otherwise.
pub fn rounded(number: f64) -> String {
    if number.abs() < 9.95 {
        format!("{number:.1}")
    } else {
        grouped(&format!("{number:.0}"))
    }
}

/// Digits with commas between thousands.
pub(crate) fn grouped(digits: &str) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let mut text = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of hours in the unit in which people think of it.
pub fn duration(hours: f64) -> String {
    if hours < 48.0 {
        format!("{} h", rounded(hours))
    } else {
        format!("{} d", rounded(hours / 24.0))
    }
}

/// A name of a file as people write it: `intensive_care` is "Intensive care".
pub fn spoken(name: &str) -> String {
    let name = name.replace('_', " ");
    let mut characters = name.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}
