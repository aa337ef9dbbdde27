-- Times are told in UTC.
set local time zone 'UTC'
