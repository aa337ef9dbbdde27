copy ops.dead_letter (quarantine_id, queued_at) from stdin (format binary)
