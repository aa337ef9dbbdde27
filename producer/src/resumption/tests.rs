use platform::kafka::Topic;

use super::*;

const RUN: &str = "small:seed=42";

fn ends(run: &str, ordinal: u64) -> Tail {
    Tail::Ends(LastEvent {
        offset: 900,
        run: run.to_owned(),
        ordinal,
        key: Some(format!("key of {ordinal}").into_bytes()),
    })
}

fn address(ordinal: u64, partition: u32) -> Address {
    Address {
        ordinal,
        key: Some(format!("key of {ordinal}")),
        partition,
    }
}

fn resumption(tails: Vec<Tail>, resume: Resume) -> Result<Resumption, TailRefused> {
    Resumption::of(tails, &Topic::Events.name("t."), RUN, resume)
}

/// The numbers of the events of a partition that are there, of those that could be.
fn held(resumption: &Resumption, partition: u32, ordinals: &[u64]) -> Vec<u64> {
    let ordinals = ordinals.iter().copied();
    ordinals
        .filter(|ordinal| resumption.has(&address(*ordinal, partition)).unwrap())
        .collect()
}

#[test]
fn what_is_above_the_last_event_of_its_partition_is_missing() {
    let tails = vec![ends(RUN, 5), Tail::Empty, ends(RUN, 7)];
    for resume in [Resume::Strictly, Resume::OrAppend] {
        let resumption = resumption(tails.clone(), resume).unwrap();
        assert_eq!(held(&resumption, 0, &[0, 4, 5, 6, 8]), [0, 4, 5]);
        assert_eq!(held(&resumption, 1, &[0, 4, 6, 8]), [0; 0]);
        assert_eq!(held(&resumption, 2, &[0, 6, 7, 8]), [0, 6, 7]);
        assert_eq!(resumption.last_ordinal(), Some(7));
    }
    let never = resumption(tails, Resume::Never).unwrap();
    assert_eq!(held(&never, 0, &[0, 5]), [0; 0]);
    assert_eq!(never.last_ordinal(), None);
}

#[test]
fn a_tail_that_is_not_ours_is_refused_or_all_is_sent_behind_it() {
    for (tail, told) in [
        (
            ends("small:seed=43", 5),
            "offset 900: the last record is of the run \"small:seed=43\", not of \"small:seed=42\".",
        ),
        (
            Tail::Unnamed { offset: 8 },
            "offset 8: the last record has no headers",
        ),
        (
            Tail::Lost { next: 9 },
            "offset 9: all records before it are gone",
        ),
    ] {
        let tails = vec![ends(RUN, 3), tail];
        let refused = resumption(tails.clone(), Resume::Strictly).err().unwrap();
        let text = refused.to_string();
        let begin = format!("topic t.hospital.adt.events, partition 1, {told}");
        assert!(text.starts_with(&begin), "{text}");
        assert!(text.contains("--append"), "{text}");
        let appended = resumption(tails, Resume::OrAppend).unwrap();
        assert_eq!(held(&appended, 0, &[3, 4]), [3]);
        assert_eq!(held(&appended, 1, &[0, 2, 5]), [0; 0]);
    }
}

#[test]
fn another_event_under_the_number_of_the_last_one_is_another_flow() {
    let resumption = resumption(vec![ends(RUN, 5), ends(RUN, 7)], Resume::OrAppend).unwrap();
    let other_key = Address {
        key: None,
        ..address(5, 0)
    };
    for wrong in [address(5, 1), other_key] {
        let error = resumption.has(&wrong).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("event 5 of this flow is not the one at partition 0, offset 900"));
        assert!(!text.contains("key of"), "a key is identity");
    }
}

#[test]
fn a_run_of_any_length_is_told_in_a_hundred_characters() {
    let refused = resumption(vec![ends(&"x\n".repeat(1_000), 5)], Resume::Strictly);
    let text = refused.err().unwrap().to_string();
    assert!(text.len() < 700 && !text.contains('\n'), "{text}");
}
