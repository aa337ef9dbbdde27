-- The topics that were ever read. Grain: one row a topic of one Kafka cluster.
select topic_id, cluster_id, topic from ops.kafka_topic
