-- What the rules refused: one row a rule.
select rule, count(*) as refused
from ops.quarantine
group by rule
order by refused desc, rule
