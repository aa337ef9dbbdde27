select not exists (select from ops.dead_letter) as is_empty
