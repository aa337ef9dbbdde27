-- Patients are looked up by index, portion by portion, as a lane does it. For this transaction.
set local enable_seqscan = off;
set local enable_hashjoin = off;
set local enable_mergejoin = off;
set local enable_nestloop = on;
