-- Whoever counts beds needs nothing that a rebuild holds, and ends: what was folded is not thrown away for that. For this
-- transaction.
set local lock_timeout = 0;
