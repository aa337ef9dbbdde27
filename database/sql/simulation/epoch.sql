select epoch, state = 'resetting' as is_resetting
from ops.simulation
