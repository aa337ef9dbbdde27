-- Whether the warehouse was loaded under this key.
select fingerprint = $1
from vault.key
