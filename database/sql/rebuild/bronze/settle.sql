-- What became of letters, by the records that repeat them, as lanes settle them.
-- A record that was not refused before, and repeats a letter: the letter stands for both.
update pg_temp.quarantine as own
set state = 'discarded', retry_of = repeated.letter_id
from pg_temp.redriven as repeated
join pg_temp.quarantine as letter on letter.quarantine_id = repeated.letter_id
where own.quarantine_id = repeated.quarantine_id
    and not exists (select from ops.quarantine as stored where stored.quarantine_id = own.quarantine_id);
-- A letter of which a record can be used is loaded, and counts those that were refused before. One of which records are
-- refused that were not before is open again, unless nobody wants it, and counts all of them.
with
in_turn as (
    select
        letter_id,
        quarantine_id,
        count(*) filter (where quarantine_id is null) over (
            partition by letter_id order by received_at, kafka_offset
        ) as usable_by_then
    from pg_temp.redriven
),
repeated as (
    select
        redriven.letter_id,
        max(redriven.usable_by_then) as usable,
        (count(redriven.quarantine_id) filter (where redriven.usable_by_then = 0))::integer as refused,
        bool_or(redriven.quarantine_id is not null and stored.quarantine_id is null) as has_news
    from in_turn as redriven
    left join ops.quarantine as stored using (quarantine_id)
    group by redriven.letter_id
)
update pg_temp.quarantine as letter
set
    state = case when repeated.usable > 0 then 'loaded' else 'open' end,
    attempts = greatest(letter.attempts, 1 + repeated.refused)
from repeated
where letter.quarantine_id = repeated.letter_id
    and (
        repeated.usable > 0 and letter.state <> 'loaded'
        or repeated.usable = 0 and letter.state <> 'discarded' and (
            repeated.has_news
            or not exists (select from ops.quarantine as stored where stored.quarantine_id = letter.quarantine_id)
        )
    );
-- A record whose letter is none any more is a letter of its own.
update pg_temp.quarantine as own
set state = 'open', retry_of = null
where own.retry_of is not null
    and not exists (
        select from pg_temp.quarantine as letter where letter.quarantine_id = own.retry_of
    );
