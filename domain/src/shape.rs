//! What a message may tell of a bad value: how it looks, never what it says.
//!
//! Names and numbers of people turn up in any field, since a shifted column or a wrong mapping puts
//! them there. So no message shows a value as it stands; the source has it, at the coordinates that
//! the message names.

/// More characters of a form than this tell nothing more.
const FORM_CHARACTERS_MAX: usize = 40;

/// How long a value is and how much of it is digits: `a value of 13 characters, 13 of them digits,`.
pub fn shape(value: &str) -> String {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    let characters = value.chars().count();
    format!("a value of {characters} characters, {digits} of them digits,")
}

/// The form of a value, for fields where the form is what is wrong: each digit as `9`, each letter
/// as `a`, so that `10/23/64 21:09` is told as `"99/99/99 99:99"`.
pub fn form(value: &str) -> String {
    let told = value.chars().take(FORM_CHARACTERS_MAX).map(|character| {
        if character.is_numeric() {
            '9'
        } else if character.is_alphabetic() {
            'a'
        } else if character == ' ' || character.is_ascii_punctuation() {
            character
        } else {
            '?'
        }
    });
    let told: String = told.collect();
    let more = if value.chars().count() > FORM_CHARACTERS_MAX {
        "…"
    } else {
        ""
    };
    format!("\"{told}{more}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_tells_no_value() {
        assert_eq!(shape("1000x"), "a value of 5 characters, 4 of them digits,");
    }

    #[test]
    fn a_form_tells_neither_digits_nor_letters() {
        assert_eq!(form("10/23/64 21:09"), "\"99/99/99 99:99\"");
        assert_eq!(form("1980-01-01"), "\"9999-99-99\"");
        assert_eq!(form("Ndlovu, Ö. ５\u{1b}\n"), "\"aaaaaa, a. 9??\"");
        assert_eq!(form(&"x".repeat(50)), format!("\"{}…\"", "a".repeat(40)));
    }
}
