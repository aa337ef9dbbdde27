-- Seeding is one transaction: the days are there with all the rest, or not at all.
select exists (select from gold.dim_date)
