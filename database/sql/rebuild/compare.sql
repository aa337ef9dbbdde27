-- Two tables of a gold that was emptied: a loop would go through the rows that the statement itself has just written, for
-- each of them. For this transaction.
set local enable_nestloop = off;
