-- Of a patient who comes again the vault keeps the latest statement, mostly with the same identity: the row changes
-- and its key does not. Room on its page keeps the update there (HOT), and the index alone.
alter table vault.patient set (fillfactor = 60);
