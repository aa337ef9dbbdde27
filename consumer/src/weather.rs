//! How much rules refuse of a partition, and when that is a storm.

use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};

use database::storm::Storm;

/// How many of the last offsets of a partition count.
pub(crate) const SPAN: i64 = 1_000;

/// What a rule may refuse of these: a fifth. One more is a storm.
const MOST: usize = 200;

/// A storm that was let on is over when the rule refuses no more than this: well below [`MOST`], so that it does not
/// flutter.
const CALM: usize = 100;

/// The code of a rule.
type Rule = Cow<'static, str>;

/// What rules refused of a partition's last records. Quarantine has it, so whoever reads the partition next comes to
/// the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Weather {
    /// Offset and rule of each refused record, in order.
    refused: VecDeque<(i64, Rule)>,
    /// Rules whose storm somebody let on, and which is not over.
    accepted: BTreeSet<Rule>,
}

/// What a record makes of the weather.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Turn {
    /// How many the record's rule has refused, where that is a storm.
    pub(crate) storm: Option<usize>,
    /// Rules whose storm is over.
    pub(crate) calm: Vec<Rule>,
}

impl Weather {
    /// What the warehouse knows of a partition: the refused records of its last ones, and the storms that are not
    /// over.
    pub(crate) fn new(refused: Vec<(i64, String)>, storms: &[Storm]) -> Self {
        let accepted = storms.iter().filter(|storm| !storm.is_held);
        Self {
            refused: refused
                .into_iter()
                .map(|(offset, rule)| (offset, rule.into()))
                .collect(),
            accepted: accepted.map(|storm| storm.rule.clone().into()).collect(),
        }
    }

    /// Takes the partition's next record, and the rule that refuses it if one does.
    pub(crate) fn take(&mut self, offset: i64, rule: Option<&'static str>) -> Turn {
        while self
            .refused
            .front()
            .is_some_and(|(refused, _)| *refused <= offset - SPAN)
        {
            self.refused.pop_front();
        }
        let mut turn = Turn::default();
        if let Some(rule) = rule {
            self.refused.push_back((offset, rule.into()));
            let refused = self.count(rule);
            if refused > MOST && !self.accepted.contains(rule) {
                turn.storm = Some(refused);
            }
        }
        if !self.accepted.is_empty() {
            let is_calm = |rule: &&Rule| self.count(rule) <= CALM;
            turn.calm = self.accepted.iter().filter(is_calm).cloned().collect();
            self.accepted.retain(|rule| !turn.calm.contains(rule));
        }
        turn
    }

    fn count(&self, rule: &str) -> usize {
        self.refused.iter().filter(|(_, it)| it == rule).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "ADT-001";

    /// The offset at which a storm begins, where so many of each ten records are refused.
    fn onset(refused_of_ten: i64, records: i64) -> Option<(i64, usize)> {
        let mut weather = Weather::default();
        (0..records).find_map(|offset| {
            let is_refused = offset % 10 < refused_of_ten;
            let turn = weather.take(offset, is_refused.then_some(RULE));
            turn.storm.map(|refused| (offset, refused))
        })
    }

    #[test]
    fn a_fifth_is_none_and_more_is_one() {
        assert_eq!(onset(2, 100_000), None);
        // 198 of 660 records, and three more.
        assert_eq!(onset(3, 100_000), Some((662, 201)));
        assert_eq!(onset(10, 100_000), Some((200, 201)));
    }

    #[test]
    fn rules_count_each_for_itself() {
        let mut weather = Weather::default();
        let rules = ["ADT-001", "ADT-002", "ADT-003", "ADT-004", "ADT-005"];
        for (offset, rule) in (0..10_000).zip(rules.into_iter().cycle()) {
            assert_eq!(weather.take(offset, Some(rule)), Turn::default());
        }
    }

    #[test]
    fn one_that_was_let_on_holds_no_more_until_it_is_over() {
        let storm = |is_held| Storm {
            topic_id: 1,
            cluster_id: String::new(),
            topic: String::new(),
            partition: 0,
            rule: RULE.to_owned(),
            offset: 200,
            refused: 201,
            began_at: chrono::DateTime::UNIX_EPOCH,
            is_held,
        };
        let refused = (0..=200).map(|offset| (offset, RULE.to_owned())).collect();
        let mut weather = Weather::new(refused, &[storm(false)]);
        for offset in 201..2_000 {
            assert_eq!(weather.take(offset, Some(RULE)), Turn::default());
        }
        let calm = (2_000..4_000).find(|offset| !weather.take(*offset, None).calm.is_empty());
        assert_eq!(calm, Some(2_000 - 1 + SPAN - 100));
        let again = (4_000..5_000).find_map(|offset| weather.take(offset, Some(RULE)).storm);
        assert_eq!(again, Some(201));
    }

    #[test]
    fn whoever_takes_over_comes_to_the_same() {
        let rule = |offset: i64| (offset % 7 == 0 || offset > 3_000).then_some(RULE);
        let mut weather = Weather::default();
        let mut all = Vec::new();
        for offset in 0..2_500 {
            weather.take(offset, rule(offset));
            all.extend(rule(offset).map(|rule| (offset, rule.to_owned())));
        }
        let last = all
            .into_iter()
            .filter(|(offset, _)| *offset >= 2_500 - SPAN);
        let mut other = Weather::new(last.collect(), &[]);
        for offset in 2_500..3_200 {
            assert_eq!(
                weather.take(offset, rule(offset)),
                other.take(offset, rule(offset))
            );
        }
        assert_eq!(weather, other);
    }
}
