copy ops.line_duplicate (file_id, line) from stdin (format binary)
