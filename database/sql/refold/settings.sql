-- To find the patients silver is read once as a whole.
set local enable_seqscan = on;
set local enable_hashjoin = on;
