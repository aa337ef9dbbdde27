-- The one control channel between services: what they shall do, and who of them does it. Each reads it
-- every second.

-- Grain: one row.
create table ops.simulation (
    only_one boolean primary key default true check (only_one),
    epoch bigint not null check (epoch > 0),
    state text not null check (state in ('running', 'paused', 'resetting')),
    speed double precision check (speed > 0 and speed < 'infinity'),
    -- Seeds are unsigned: the upper half has no bigint.
    seed numeric(20) check (seed >= 0),
    starts_on date,
    days integer check (days > 0),
    scale text check (scale in ('quick', 'full')),
    hospitals text[],
    simulated_at timestamptz,
    changed_at timestamptz not null
) with (fillfactor = 50);
comment on table ops.simulation is 'What all services of a simulation follow. Grain: one row.';
comment on column ops.simulation.only_one is 'True: there is one row.';
comment on column ops.simulation.epoch is 'Grows with every reset: what was read in another epoch is not written in this one.';
comment on column ops.simulation.state is 'running; paused: simulated time stands still; resetting: no service works.';
comment on column ops.simulation.speed is 'Simulated seconds in a second of the wall clock; NULL: events do not wait.';
comment on column ops.simulation.seed is 'Seed of the flow that the producer sends; NULL where it sends none that is simulated.';
comment on column ops.simulation.starts_on is 'First day of that flow.';
comment on column ops.simulation.days is 'How many days it has; NULL where it ends with a number of events.';
comment on column ops.simulation.scale is 'How many people it is about.';
comment on column ops.simulation.hospitals is 'Codes of its hospitals, each of which delivers an extract a day.';
comment on column ops.simulation.simulated_at is 'How far simulated time is, as the producer tells it; NULL before its first event of the epoch.';
comment on column ops.simulation.changed_at is 'When anything but simulated_at changed; no two changes bear the same time.';
insert into ops.simulation (epoch, state, changed_at) values (1, 'running', now());

-- Grain: one row a service that runs, or was killed.
create table ops.simulation_service (
    service text not null,
    instance text not null,
    epoch bigint,
    is_working boolean not null,
    started_at timestamptz not null,
    seen_at timestamptz not null,
    primary key (service, instance)
) with (fillfactor = 50);
comment on table ops.simulation_service is 'Who follows ops.simulation; a reset waits for them. Grain: one row a service that runs, or was killed.';
comment on column ops.simulation_service.service is 'Name of the service: producer, consumer, batch-ingest or simulation, which is several in one process.';
comment on column ops.simulation_service.instance is 'Which of them: host, process and number within the process.';
comment on column ops.simulation_service.epoch is 'The epoch in which it works, or worked last; NULL before the first one.';
comment on column ops.simulation_service.is_working is 'False: it has stopped, and begins nothing before an epoch is open.';
comment on column ops.simulation_service.started_at is 'When it joined.';
comment on column ops.simulation_service.seen_at is 'When it last said so: every second while it runs.';

grant select, update on ops.simulation to wardflow_loader;
grant select, insert, update, delete on ops.simulation_service to wardflow_loader;
