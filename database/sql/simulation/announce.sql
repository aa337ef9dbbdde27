-- What the producer sends from now on, and how fast, unless that stays as it is.
update ops.simulation
set
    seed = $2::text::numeric, starts_on = $3, days = $4, scale = $5, hospitals = $6,
    speed = case when $7 then $8 else speed end,
    -- A flow that is gone on with is as far as it was.
    simulated_at = case
        when (seed, starts_on, scale, hospitals) is not distinct from ($2::text::numeric, $3, $5, $6) then simulated_at
    end,
    changed_at = greatest(clock_timestamp(), changed_at + interval '1 microsecond')
where epoch = $1
returning epoch, state, speed, seed::text as seed, starts_on, days, scale, hospitals, simulated_at, changed_at
