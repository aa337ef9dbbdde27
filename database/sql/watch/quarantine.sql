-- What rules refused, and what became of it; a record that repeats a letter is part of that. Grain: one row a
-- rule and state.
select rule, state, count(*) as refused
from ops.quarantine
where retry_of is null
group by rule, state
order by rule, state
