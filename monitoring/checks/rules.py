"""Prometheus and Alertmanager, as files: configuration, rules, alerts with their tests, names of metrics."""

import re
import shutil
import subprocess
from pathlib import Path

from checks.dashboards import place, queries
from checks.runbooks import REPOSITORY, RUNBOOKS, check_commands, check_runbook

HERE = Path(__file__).resolve().parent.parent
PROMETHEUS = HERE / "prometheus"
METRICS = REPOSITORY / "docs" / "metrics.md"
SEVERITIES = {"critical", "warning"}


def check_rules(findings):
    for program in ("promtool", "amtool"):
        if not shutil.which(program):
            findings.add(program, "is not installed (Debian: prometheus, prometheus-alertmanager)")
            return
    files = [str(path) for path in rule_files()]
    tests = [str(path) for path in sorted((PROMETHEUS / "tests").glob("*.yml"))]
    run_tool(["promtool", "check", "config", str(PROMETHEUS / "prometheus.yml")], findings)
    run_tool(["promtool", "check", "rules", "--lint=all", "--lint-fatal", *files], findings)
    run_tool(["promtool", "test", "rules", *tests], findings)
    run_tool(["amtool", "check-config", str(HERE / "alertmanager" / "alertmanager.yml")], findings)


def rule_files():
    return [path for folder in ("rules", "alerts") for path in sorted((PROMETHEUS / folder).glob("*.yml"))]


def run_tool(command, findings):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        findings.add(" ".join(Path(word).name for word in command[:3]), f"{done.stdout}{done.stderr}".strip())


def read_alerts():
    """Name and text of each alert. The files are ours, so their layout is known, and no YAML library is needed."""
    for path in sorted((PROMETHEUS / "alerts").glob("*.yml")):
        for part in re.split(r"^ +- alert: ", path.read_text(), flags=re.MULTILINE)[1:]:
            name, _, text = part.partition("\n")
            yield path.name, name.strip(), text


def check_alerts(findings):
    tests = "\n".join(path.read_text() for path in sorted((PROMETHEUS / "tests").glob("*.yml")))
    cases = re.split(r"^  - name: ", tests, flags=re.MULTILINE)[1:]
    index = (RUNBOOKS / "README.md").read_text() if (RUNBOOKS / "README.md").exists() else ""
    names = set()
    for file, name, text in read_alerts():
        names.add(name)
        where = f"alerts/{file}: {name}"
        severity = re.search(r"^ +severity: (\w+)$", text, re.MULTILINE)
        if not severity or severity[1] not in SEVERITIES:
            findings.add(where, f"its severity is not one of {', '.join(sorted(SEVERITIES))}")
        for key in ("summary", "description"):
            if not re.search(rf"^ +{key}: \S", text, re.MULTILINE):
                findings.add(where, f"has no {key}")
        if not re.search(rf"^ +runbook_url: docs/runbooks/{name}\.md$", text, re.MULTILINE):
            findings.add(where, f"its runbook_url is not docs/runbooks/{name}.md")
        check_cases(where, name, cases, findings)
        check_runbook(where, name, index, findings)
    for page in RUNBOOKS.glob("*.md"):
        if page.stem != "README" and page.stem not in names:
            findings.add(f"docs/runbooks/{page.name}", "is about no alert")
    check_commands(findings)


def check_cases(where, name, cases, findings):
    """One case in which it fires, and one in which it does not."""
    own = [case for case in cases if f'alertname="{name}"' in case]
    asked = [part for case in own for part in re.split(r"^ +- (?:\{ )?expr: ", case, flags=re.MULTILINE)[1:]]
    asked = [part for part in asked if f'alertname="{name}"' in part]
    if not any("exp_samples: []" not in part for part in asked):
        findings.add(where, "no test lets it fire")
    if not any("exp_samples: []" in part for part in asked):
        findings.add(where, "no test shows that it is silent")


def check_inhibitions(findings):
    """Every alert that silences or is silenced is one that there is."""
    names = {name for _, name, _ in read_alerts()}
    text = without_comments((HERE / "alertmanager" / "alertmanager.yml").read_text())
    for named in re.findall(r'alertname =~? "?([\w|]+)', text):
        for name in sorted(set(named.split("|")) - names):
            findings.add("alertmanager.yml", f"there is no alert {name}")


def check_names(dashboards, findings):
    """Every metric that a panel or rule asks for is promised by docs/metrics.md, or recorded by a rule."""
    if not METRICS.exists():
        findings.add("docs/metrics.md", "is missing, so that no name of a metric can be compared with it")
        return
    promised = set(re.findall(r"`(wardflow_[a-z_]+)`", METRICS.read_text()))
    recorded = set(re.findall(r"^ +- record: (\S+)$", "\n".join(path.read_text() for path in rule_files()), re.MULTILINE))
    asked = [(place(name, panel), target["expr"]) for name, panel, target in queries(dashboards, "expr")]
    asked += [(path.relative_to(HERE), without_comments(path.read_text())) for path in rule_files()]
    for where, text in asked:
        for metric in sorted(set(re.findall(r"(?<![:\w/])wardflow_[a-z_]+(?![:\w])", text))):
            if metric not in promised and re.sub(r"_(bucket|sum|count)$", "", metric) not in promised:
                findings.add(where, f"{metric} is not in docs/metrics.md")
        for metric in sorted(set(re.findall(r"\b[a-z_]+:[a-z_]+:\w+", text)) - recorded):
            findings.add(where, f"no rule records {metric}")


def without_comments(text):
    return re.sub(r"^ *#.*$", "", text, flags=re.MULTILINE)
