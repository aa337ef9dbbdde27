-- First what each batch and each chunk moves on: who has moved it is waited for, and nobody else gets
-- further.
lock table ops.kafka_offset, ops.file_progress in access exclusive mode
