-- What rules refused, and what became of it. Grain: one row a rule and state.
select rule, state, count(*) as refused
from ops.quarantine
group by rule, state
order by rule, state
