copy ops.quarantine (
    quarantine_id, file_id, line, rule, field, reason, quarantined_at
) from stdin (format binary)
