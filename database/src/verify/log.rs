//! The books against Kafka's own log: what was read, counted by who wrote it.

use platform::configuration::KafkaArgs;
use platform::kafka::{Cluster, KafkaFailure, Probe, Topic, TopicName, Watermarks};

use tokio_postgres::Client;

use super::books::{Books, PartitionBooks, Progress};
use super::{CheckResult, Report, SAMPLES_MAX};
use crate::{DatabaseError, bronze};

/// Why the books could not be compared with the log.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// Kafka.
    #[error(transparent)]
    Kafka(#[from] KafkaFailure),
    /// The warehouse.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Adds the log's word to a report: a check, and what of the log is not read yet.
///
/// Of the topics in the books only the cluster's own are looked at. The log is looked at after the
/// report's snapshot, and it only grows.
pub async fn compare(
    client: &Client,
    report: &mut Report,
    kafka: &KafkaArgs,
) -> Result<(), CompareError> {
    let cluster = Cluster::connect(kafka)?;
    let mut found = Vec::new();
    for topic in Topic::LOADED {
        let topic = topic.name(&kafka.topic_prefix);
        found.extend(compare_topic(client, &mut report.books, kafka, (&cluster, topic)).await?);
    }
    report.books.never_read.get_or_insert(0);
    report.checks.push(CheckResult {
        name: "log-differs",
        title: "Kafka's log holds what was read of it, and nothing before that",
        violations: found.len() as u64,
        samples: found.into_iter().take(SAMPLES_MAX).collect(),
        seconds: 0.0,
    });
    Ok(())
}

/// How a topic's log differs from what was read of it; notes what of it is not read yet.
async fn compare_topic(
    client: &Client,
    books: &mut Books,
    kafka: &KafkaArgs,
    (cluster, topic): (&Cluster, TopicName),
) -> Result<Vec<String>, CompareError> {
    let cluster_id = cluster.id().await?;
    let probe = Probe::new(kafka, topic.clone());
    let mut found = Vec::new();
    let logs = match cluster.watermarks(&topic).await {
        // Nobody has sent anything yet, or the topic is gone: what was read of it then is not in it.
        Err(KafkaFailure::Topic { .. }) => books.read_of(&cluster_id, topic.as_str()),
        logs => probe.up_to_last_records(logs?).await?,
    };
    for log in logs {
        let is_its = |books: &&mut PartitionBooks| {
            let progress = books.progress.as_ref();
            books.topic == topic.as_str()
                && books.partition == log.partition
                && progress.is_some_and(|progress| progress.cluster_id == cluster_id)
        };
        let partition = books.partitions.iter_mut().find(is_its);
        match partition.and_then(|books| Some((books.progress.clone()?, &mut books.unread))) {
            Some((progress, unread)) => {
                *unread = Some((log.high - progress.next_offset).max(0));
                let differs = match differences(&progress, log, topic.as_str()) {
                    None => other_record(client, &probe, &progress, log, topic.as_str()).await?,
                    some => some,
                };
                found.extend(differs);
            }
            None => *books.never_read.get_or_insert(0) += log.high - log.low,
        }
    }
    Ok(found)
}

/// The last record that was read must be the one that bronze has: a topic that was made again may
/// have grown beyond it.
async fn other_record(
    client: &Client,
    probe: &Probe,
    progress: &Progress,
    log: Watermarks,
    topic: &str,
) -> Result<Option<String>, CompareError> {
    let (partition, offset) = (log.partition, progress.next_offset - 1);
    if offset < log.low {
        return Ok(None);
    }
    let Some(found) = probe.record_at(partition, offset).await? else {
        return Ok(None);
    };
    if bronze::holds(client, progress.topic_id, partition, &found).await? {
        return Ok(None);
    }
    Ok(Some(format!(
        "another log: {topic} partition {partition} has another record at offset {offset} than the one \
         that was loaded"
    )))
}

fn differences(progress: &Progress, log: Watermarks, topic: &str) -> Option<String> {
    let Watermarks {
        partition,
        low,
        high,
    } = log;
    let (first, next) = (progress.first_offset, progress.next_offset);
    if next > high {
        Some(format!(
            "the log ends before what was read: {topic} partition {partition} is read up to before \
             {next}, the log ends at {high}"
        ))
    } else if low < first {
        Some(format!(
            "records that were never read: {topic} partition {partition} begins at {low}, the first \
             offset that was read is {first}"
        ))
    } else if low > next {
        Some(format!(
            "records that were removed unread: {topic} partition {partition} begins at {low}, the \
             next offset to read is {next}"
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_is_another_one_is_told() {
        let told = |low, high| {
            let progress = Progress {
                topic_id: 1,
                cluster_id: "c".to_owned(),
                first_offset: 5,
                next_offset: 9,
            };
            let log = Watermarks {
                partition: 0,
                low,
                high,
            };
            differences(&progress, log, "t").unwrap_or_default()
        };
        assert!(told(0, 8).contains("ends before what was read"));
        assert!(told(4, 9).contains("never read"));
        assert!(told(10, 12).contains("removed unread"));
        for (low, high) in [(5, 9), (9, 9), (7, 20)] {
            assert_eq!(told(low, high), "");
        }
    }
}
