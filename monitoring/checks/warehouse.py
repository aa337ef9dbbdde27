"""Every SQL panel, as Grafana's role in a real warehouse, and what that role may do."""

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import urllib.parse

from checks.dashboards import place, queries

ROLE = "wardflow_grafana"


def check_database(url, dashboards, findings):
    if not shutil.which("psql"):
        findings.add("psql", "is not installed (Debian: postgresql-client)")
        return "no SQL was run"
    check_rights(url, findings)
    asked = 0
    for name, dashboard in dashboards.items():
        values = variables(url, name, dashboard, findings)
        for _, panel, target in queries({name: dashboard}, "rawSql"):
            asked += 1
            text = expand(target["rawSql"], dashboard["time"], values)
            rows = expect_rows(url, place(name, panel), text, findings)
            if rows and target["format"] == "time_series":
                check_series(place(name, panel), rows, findings)
    return f"{asked} SQL panels returned rows as {ROLE}, which reads gold alone"


def variables(url, name, dashboard, findings):
    """All values of each variable of a dashboard, as "All" stands for them."""
    values = {}
    for variable in dashboard["templating"]["list"]:
        where = f"{name}: variable {variable['name']}"
        rows = expect_rows(url, where, variable["query"], findings)
        values[variable["name"]] = [row.get("__value", "") for row in rows]
    return values


def expand(text, span, values):
    """A query as Grafana sends it: variables first, then macros, whose arguments end at the first bracket."""

    def variable(match):
        name, form = match.groups()
        if form != "sqlstring":
            raise ValueError(f"${{{name}:{form}}}: only sqlstring quotes a value for SQL")
        return ",".join("'" + value.replace("'", "''") + "'" for value in values[name])

    begin, end = absolute(span)

    def macro(match):
        name, argument = match.groups()
        if name == "timeFilter":
            return f"{argument} BETWEEN '{begin}' AND '{end}'"
        return {"timeFrom": f"'{begin}'", "timeTo": f"'{end}'"}[name]

    text = re.sub(r"\$\{(\w+):(\w+)\}", variable, text)
    return re.sub(r"\$__(\w+)\(([^)]*)\)", macro, text)


def absolute(span):
    """The default range. A relative one counts from today, about which a warehouse of simulated days knows nothing."""
    if "now" in span["from"]:
        return "1970-01-01T00:00:00Z", "2300-01-01T00:00:00Z"
    return span["from"], span["to"]


def run_sql(url, text):
    """Rows by the names of their columns, or an error's words."""
    command = ["psql", "--no-psqlrc", "--csv", "--set=ON_ERROR_STOP=1", f"--command={text}"]
    # Not among the arguments, which everybody on the machine may read.
    environment = {**os.environ, **connection(url)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        return None, done.stderr.strip()
    return list(csv.DictReader(io.StringIO(done.stdout))), ""


def connection(url):
    parts = urllib.parse.urlsplit(url)
    return {
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or 5432),
        "PGUSER": urllib.parse.unquote(parts.username or ""),
        "PGPASSWORD": urllib.parse.unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }


def expect_rows(url, where, text, findings):
    rows, error = run_sql(url, text)
    if rows is None:
        findings.add(where, error)
    elif not rows:
        findings.add(where, "its SQL returns no row")
    elif all(value == "" for row in rows for value in row.values()):
        findings.add(where, "its SQL returns nothing but NULL")
    return rows or []


def check_series(where, rows, findings):
    times = [row.get("time", "") for row in rows]
    if "" in times:
        findings.add(where, "a time series without time")
    if times != sorted(times):
        findings.add(where, "a time series must be in the order of time")
    numbers = [value for row in rows for column, value in row.items() if column not in ("time", "metric")]
    if all(float(value or 0) == 0 for value in numbers):
        findings.add(where, "its SQL returns zeros alone")


BEYOND_GOLD = """
select format('may read %I.%I', namespace.nspname, class.relname) as what
from pg_class as class
join pg_namespace as namespace on namespace.oid = class.relnamespace
where namespace.nspname not in ('gold', 'pg_catalog', 'information_schema')
    and namespace.nspname not like 'pg_toast%' and class.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and case class.relkind
        when 'S' then has_sequence_privilege(class.oid, 'select, usage')
        else has_any_column_privilege(class.oid, 'select')
    end
union all
select format('may write %I.%I', namespace.nspname, class.relname)
from pg_class as class
join pg_namespace as namespace on namespace.oid = class.relnamespace
where class.relkind in ('r', 'p', 'v') and namespace.nspname not in ('pg_catalog', 'information_schema')
    and (
        has_any_column_privilege(class.oid, 'insert, update') or has_table_privilege(class.oid, 'delete, truncate')
    )
union all
select format('may enter the schema %I', nspname)
from pg_namespace
where nspname in ('bronze', 'silver', 'vault', 'ops') and has_schema_privilege(oid, 'usage, create')
union all
select format('may not read gold.%I', class.relname)
from pg_class as class
where class.relnamespace = 'gold'::regnamespace and class.relkind in ('r', 'p', 'v', 'm')
    and not has_table_privilege(class.oid, 'select')
"""


def check_rights(url, findings):
    rows, error = run_sql(url, "select current_user as role")
    if rows is None:
        sys.exit(f"the database does not answer: {error}")
    if rows[0]["role"] != ROLE:
        findings.add("--database", f"is the address of {rows[0]['role']}, and Grafana reads as {ROLE}")
    rows, error = run_sql(url, BEYOND_GOLD)
    if rows is None:
        findings.add(ROLE, error)
    for row in rows or []:
        findings.add(ROLE, row["what"])
    # What is refused by rights is refused in truth as well.
    for table in ("vault.person", "bronze.kafka_record", "silver.adt_record", "ops.quarantine"):
        rows, error = run_sql(url, f"select 1 from {table} limit 1")
        if rows is not None or "permission denied" not in error:
            findings.add(ROLE, f"is not refused {table}: {error}")
