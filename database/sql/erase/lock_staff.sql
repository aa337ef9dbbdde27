-- Whoever names staff writes silver before the vault. So who has done so has ended now, and is seen; who
-- has not writes the row again behind this.
lock table vault.staff in exclusive mode
