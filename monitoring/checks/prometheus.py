"""Every expression of panels and rules, on a real Prometheus."""

import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from checks.dashboards import place, queries
from checks.rules import rule_files

# Families of which nothing is told before it happens for the first time: trouble, or dirt, which a run may do without.
BORN_LATER = {
    "wardflow_retries_total", "wardflow_rule_hits_total", "wardflow_line_rule_hits_total", "wardflow_quarantined",
    "wardflow_partition_held",
    # One that waits for a second is not there when it is looked at.
    "wardflow_dead_letters_oldest_timestamp_seconds",
}


def check_prometheus(url, dashboards, findings):
    asked = 0
    for name, panel, target in queries(dashboards, "expr"):
        asked += 1
        expect_data(url, f"{place(name, panel)} query {target['refId']}", target["expr"], findings)
    groups = ask(url, "rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    for rule in rules:
        where = f"rule {rule['name']}"
        if rule["health"] != "ok":
            findings.add(where, f"its health is {rule['health']}: {rule.get('lastError', '')}")
        if rule["type"] == "recording":
            expect_data(url, where, rule["query"], findings)
        else:
            expect_metrics(url, where, rule["query"], findings)
    known = {rule["name"] for rule in rules}
    for path in rule_files():
        for name in re.findall(r"^ +- (?:alert|record): (\S+)$", path.read_text(), re.MULTILINE):
            if name not in known:
                findings.add(url, f"does not know the rule {name} of {path.name}")
    return f"{asked} expressions of panels and {len(rules)} rules returned data"


def ask(url, path, **parameters):
    query = urllib.parse.urlencode(parameters)
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/api/v1/{path}?{query}", timeout=30) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        return {"error": json.load(error).get("error", str(error))}
    except OSError as error:
        sys.exit(f"no answer from {url}: {error}")


def ask_hour(url, expression):
    """The answers of the last hour: when a run is over, nothing has a rate or a median any more."""
    now = time.time()
    return ask(url, "query_range", query=expression, start=now - 3600, end=now, step=5)


def expect_data(url, where, expression, findings):
    answer = ask_hour(url, expression)
    if "error" in answer:
        findings.add(where, f"{answer['error']}\n  {expression}")
    elif not answer["result"]:
        if not set(metrics_of(expression)) <= BORN_LATER:
            findings.add(where, f"returns nothing\n  {expression}")
    elif all(value == "NaN" for series in answer["result"] for _, value in series["values"]):
        findings.add(where, f"returns no number\n  {expression}")


def metrics_of(expression):
    bare = re.sub(r"\{[^}]*\}|\"[^\"]*\"", "", expression)
    return sorted(set(re.findall(r"(?<!\w)(?:up|process_\w+|[a-z_]*:?wardflow_[\w:]+)", bare)))


def expect_metrics(url, where, expression, findings):
    """An alert returns nothing while all is well; but all that it looks at must be there."""
    for metric in metrics_of(expression):
        answer = ask_hour(url, f"count({metric})")
        if metric not in BORN_LATER and not answer.get("result"):
            findings.add(where, f"looks at {metric}, of which there is nothing")
