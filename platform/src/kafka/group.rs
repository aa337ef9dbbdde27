//! What a consumer group has given to whom.

use std::collections::BTreeSet;

use rdkafka::groups::GroupInfo;

use super::TopicName;

/// How the coordinator calls a group whose members know what is theirs.
const STABLE: &str = "Stable";

/// The partitions of a topic that a group has given to members; `None` while it is about to change that, or has no
/// members.
pub(super) fn assigned(group: &GroupInfo, topic: &TopicName) -> Option<BTreeSet<i32>> {
    if group.state() != STABLE {
        return None;
    }
    let members = group.members().iter();
    let assignments = members.map(|member| member.assignment().unwrap_or_default());
    let partitions = assignments.map(|bytes| partitions(bytes, topic.as_str()));
    partitions.collect::<Option<Vec<_>>>().map(|of_members| {
        let all = of_members.into_iter().flatten();
        all.collect()
    })
}

/// The partitions of a topic in a member's assignment, as members of the protocol type `consumer` write it: a version,
/// and an array of topics, each with its name and an array of partitions, big-endian. `None` where it is none.
fn partitions(assignment: &[u8], wanted: &str) -> Option<Vec<i32>> {
    let mut found = Vec::new();
    if assignment.is_empty() {
        return Some(found);
    }
    let mut rest = assignment.get(2..)?;
    for _ in 0..number(&mut rest)? {
        let (length, after) = rest.split_first_chunk()?;
        let length = usize::try_from(i16::from_be_bytes(*length)).ok()?;
        let name = after.get(..length)?;
        rest = after.get(length..)?;
        for _ in 0..number(&mut rest)? {
            let partition = number(&mut rest)?;
            if name == wanted.as_bytes() {
                found.push(partition);
            }
        }
    }
    Some(found)
}

fn number(rest: &mut &[u8]) -> Option<i32> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(i32::from_be_bytes(*number))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Version 1, two topics, user data of no byte.
    const ASSIGNMENT: &[u8] =
        b"\0\x01\0\0\0\x02\0\x01a\0\0\0\x02\0\0\0\x03\0\0\0\x05\0\x02bc\0\0\0\x01\0\0\x01\0\0\0\0\0";

    #[test]
    fn partitions_of_a_topic_are_found_among_others() {
        assert_eq!(partitions(ASSIGNMENT, "a"), Some(vec![3, 5]));
        assert_eq!(partitions(ASSIGNMENT, "bc"), Some(vec![256]));
        assert_eq!(partitions(ASSIGNMENT, "b"), Some(vec![]));
        assert_eq!(partitions(b"", "a"), Some(vec![]));
    }

    #[test]
    fn what_is_cut_off_is_none() {
        // Without the user data, which nobody reads.
        let read = ASSIGNMENT.len() - 4;
        for length in 1..read {
            assert_eq!(partitions(&ASSIGNMENT[..length], "a"), None, "{length}");
        }
        assert!(partitions(&ASSIGNMENT[..read], "a").is_some());
    }
}
