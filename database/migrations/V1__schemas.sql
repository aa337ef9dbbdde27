-- The layers of the warehouse. Each is for its own readers; V8 grants accordingly.

create schema bronze;
comment on schema bronze is 'Exact copies of what came, by coordinates. Holds identity. For engineers.';

create schema silver;
comment on schema silver is 'Cleaned, typed, deduplicated records by pseudonym, and findings. No identity. For engineers.';

create schema vault;
comment on schema vault is 'Identity by pseudonym. Nothing else joins to it. For the privacy officer.';

create schema gold;
comment on schema gold is 'The star schema: a pure function of silver. For analysts.';

create schema ops;
comment on schema ops is 'How the platform runs: offsets, shards, quarantine, duplicates, schemas. For engineers.';
