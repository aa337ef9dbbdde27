copy pg_temp.redriven (letter_id, quarantine_id, received_at, kafka_offset) from stdin (format binary)
