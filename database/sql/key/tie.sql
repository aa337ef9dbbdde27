-- The first key wins.
insert into vault.key (fingerprint)
values ($1)
on conflict (only_one) do nothing
