-- Changes of departments whose patients are to be folded again.
select change_id
from ops.department_change
