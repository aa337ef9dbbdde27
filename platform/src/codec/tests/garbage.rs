//! Payloads that are no events.

use proptest::prelude::*;

use super::round_trip::events;
use super::{DecodeError, datum, event, key, long, read, schema_of, text};

#[test]
fn every_cut_is_truncated_and_none_is_a_shorter_event() {
    let whole = datum(&event());
    assert!(read(&whole).is_ok());
    for length in 0..whole.len() {
        let error = read(&whole[..length]).unwrap_err();
        assert_eq!(error.code(), "truncated", "cut to {length}: {error}");
        assert!(error.field().is_some());
    }
}

#[test]
fn what_follows_the_event_is_counted() {
    let longer = [&datum(&event())[..], &[0; 7]].concat();
    assert_eq!(read(&longer), Err(DecodeError::TrailingBytes(7)));
}

#[test]
fn damaged_values_name_the_field_and_what_is_wrong() {
    let all = r#"{"name":"event_id","type":["null","string"]},{"name":"died","type":"boolean"},
                 {"name":"n","type":"int"},
                 {"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}}"#;
    let schema = schema_of(all).unwrap();
    let good = [long(1), text("x"), vec![1], long(1), long(0)].concat();
    schema.read(&good, &key()).unwrap();
    for (datum, field, problem) in [
        (long(2), "event_id", "the union has no such branch"),
        (long(-1), "event_id", "the union has no such branch"),
        (
            vec![0xff; 12],
            "event_id",
            "an integer has more than 64 bits",
        ),
        (
            [long(1), long(-5)].concat(),
            "event_id",
            "a length is negative",
        ),
        (
            [long(1), long(2), vec![0xc3, 0x28]].concat(),
            "event_id",
            "a string is not UTF-8",
        ),
        (vec![0, 2], "died", "a boolean is neither 0 nor 1"),
        (
            [vec![0, 1], long(1 << 31)].concat(),
            "n",
            "an int is out of its range",
        ),
        (
            [vec![0, 1], long(1), long(1)].concat(),
            "e",
            "the enum has no such symbol",
        ),
    ] {
        let expected = DecodeError::Malformed {
            field: field.to_owned(),
            problem,
        };
        assert_eq!(schema.read(&datum, &key()), Err(expected));
    }
}

#[test]
fn integers_reach_to_both_ends() {
    let schema = schema_of(r#"{"name":"sequence","type":"long"}"#).unwrap();
    for value in [0, -1, 1, 63, -64, 64, i64::MAX, i64::MIN] {
        let decoded = schema.read(&long(value), &key()).unwrap();
        assert_eq!(decoded.event.sequence, Some(value));
    }
}

proptest! {
    #[test]
    fn noise_never_panics(datum in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(&datum);
    }

    /// A few bytes changed, put in or taken out: an event or an error, and no error tells a value.
    #[test]
    fn a_damaged_event_never_panics_and_its_error_tells_nothing(
        event in events(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 1..6),
    ) {
        let marked = domain::event::AdtEvent { patient_id: Some("SECRET-10006".into()), ..event };
        let mut datum = datum(&marked);
        for (at, byte, kind) in damages {
            let at = at.index(datum.len());
            match kind {
                0 => datum[at] = byte,
                1 => datum.insert(at, byte),
                _ => { datum.remove(at); }
            }
            if datum.is_empty() {
                break;
            }
        }
        if let Err(error) = read(&datum) {
            let said = format!("{error} {error:?}");
            prop_assert!(!said.contains("SECRET"));
        }
    }
}
