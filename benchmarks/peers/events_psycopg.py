"""Events from Kafka into one flat table of PostgreSQL, in the usual ways of Python.

    events_psycopg.py executemany|copy --topic TOPIC --table TABLE --group GROUP

`executemany` inserts a batch with ON CONFLICT DO NOTHING; `copy` copies it in binary form into a temporary table, and
inserts from there with ON CONFLICT DO NOTHING. Kafka's offsets are committed after the database, so that events come
at least once. It ends at what the topic's end was at its start. Addresses come from the environment, as the platform's
programs take them: KAFKA_BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL, DATABASE_URL.
"""

import argparse
import io
import os
import struct
import time
import urllib.request

import fastavro
import orjson
import psycopg
from confluent_kafka import Consumer, KafkaException, TopicPartition

BATCH = 5_000
TIMEOUT_SECONDS = 30

# A column, and where an event has it.
COLUMNS = {
    "event_id": ("event_id",),
    "event_type": ("event_type",),
    "occurred_at": ("occurred_at",),
    "recorded_at": ("recorded_at",),
    "admitted_at": ("admitted_at",),
    "discharged_at": ("discharged_at",),
    "source_system": ("source_system",),
    "hospital_code": ("hospital_code",),
    "patient_id": ("patient_id",),
    "encounter_id": ("encounter_id",),
    "sequence": ("sequence",),
    "location_department_code": ("location", "department_code"),
    "location_ward": ("location", "ward"),
    "location_bed": ("location", "bed"),
    "prior_location_department_code": ("prior_location", "department_code"),
    "hospital_service": ("hospital_service",),
    "attending_staff_id": ("attending_staff_id",),
    "admission_type": ("admission_type",),
}
TYPES = ["int8" if column == "sequence" else "text" for column in COLUMNS]
NAMES = ", ".join(COLUMNS)


class Decoder:
    """Reads Confluent's wire format: a zero, the schema's number, Avro."""

    def __init__(self, registry_url):
        self.registry_url = registry_url
        self.schemas = {}
        self.paths = list(COLUMNS.values())

    def schema(self, number):
        if number not in self.schemas:
            url = f"{self.registry_url}/schemas/ids/{number}"
            with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
                text = orjson.loads(answer.read())["schema"]
            self.schemas[number] = fastavro.parse_schema(orjson.loads(text))
        return self.schemas[number]

    def row(self, payload):
        zero, number = struct.unpack_from(">bI", payload)
        if zero != 0:
            raise ValueError(f"a record begins with the byte {zero}, which is not Confluent's wire format")
        event = fastavro.schemaless_reader(io.BytesIO(payload[5:]), self.schema(number))
        # A place that is missing is None, and so are its parts.
        return [
            event[path[0]] if len(path) == 1 else (event[path[0]] or {}).get(path[1])
            for path in self.paths
        ]


def insert(cursor, table, rows):
    places = ", ".join(["%s"] * len(COLUMNS))
    cursor.executemany(f"insert into {table} ({NAMES}) values ({places}) on conflict do nothing", rows)


def copy(cursor, table, rows):
    with cursor.copy(f"copy batch ({NAMES}) from stdin (format binary)") as lines:
        lines.set_types(TYPES)
        for row in rows:
            lines.write_row(row)
    cursor.execute(f"insert into {table} ({NAMES}) select {NAMES} from batch on conflict do nothing")


WAYS = {"executemany": insert, "copy": copy}


def ends_of(consumer, topic):
    """The next offset of each partition that has records."""
    partitions = consumer.list_topics(topic, timeout=TIMEOUT_SECONDS).topics[topic].partitions
    marks = {
        number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=TIMEOUT_SECONDS)
        for number in partitions
    }
    return {number: high for number, (low, high) in marks.items() if high > low}


def load(consumer, connection, arguments):
    write = WAYS[arguments.way]
    decoder = Decoder(os.environ["SCHEMA_REGISTRY_URL"])
    missing = ends_of(consumer, arguments.topic)
    consumer.subscribe([arguments.topic])
    if arguments.way == "copy":
        # Rows of a batch, gone with it.
        connection.execute(
            f"create temporary table batch on commit delete rows as select {NAMES} from {arguments.table} with no data"
        )
        connection.commit()
    last_seen = time.monotonic()
    while missing:
        messages = consumer.consume(BATCH, timeout=1)
        for message in messages:
            if message.error():
                raise KafkaException(message.error())
        if not messages:
            if time.monotonic() - last_seen > TIMEOUT_SECONDS:
                raise TimeoutError(f"no event came in {TIMEOUT_SECONDS} seconds, and not all were there")
            continue
        with connection.transaction(), connection.cursor() as cursor:
            write(cursor, arguments.table, [decoder.row(message.value()) for message in messages])
        consumer.commit(asynchronous=False)
        for message in messages:
            if message.offset() + 1 >= missing.get(message.partition(), float("inf")):
                del missing[message.partition()]
        last_seen = time.monotonic()


def main():
    parser = argparse.ArgumentParser(description="Events from Kafka into one flat table of PostgreSQL")
    parser.add_argument("way", choices=sorted(WAYS))
    parser.add_argument("--topic", required=True)
    parser.add_argument("--table", required=True, help="with the schema's name")
    parser.add_argument("--group", required=True, help="the consumer group, a new one to read from the start")
    arguments = parser.parse_args()
    consumer = Consumer(
        {
            "bootstrap.servers": os.environ["KAFKA_BOOTSTRAP_SERVERS"],
            "group.id": arguments.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    try:
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            load(consumer, connection, arguments)
    finally:
        consumer.close()


main()
