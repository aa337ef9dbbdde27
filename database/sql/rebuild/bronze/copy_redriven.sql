copy pg_temp.redriven (letter_id, quarantine_id) from stdin (format binary)
