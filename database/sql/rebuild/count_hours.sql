select count(*) as hours from gold.fact_bed_occupancy
