"""Dashboards and their data sources, as files: the fields that Grafana 12 needs, and what the project asks of them."""

import json
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
COMPOSE = HERE.parent / "docker-compose.yml"
DASHBOARDS = HERE / "grafana" / "dashboards"
PROVISIONING = HERE / "grafana" / "provisioning"

# The version of Grafana 12.0 and 12.1; later ones bring it up to theirs.
SCHEMA_VERSION = 41
# Okabe and Ito's colours without black, which a dark page swallows, and a grey for what is not meant.
COLOURS = {
    "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999",
}
# As Grafana names them; one that it does not know is shown as a word behind the number.
UNITS = {"none", "string", "percent", "percentunit", "s", "bytes", "cps", "dateTimeAsIso"}
PANELS = {"row", "text", "stat", "timeseries", "table", "bargauge", "barchart"}
PLUGINS = {"prometheus": "prometheus", "warehouse": "grafana-postgresql-datasource"}


def read_dashboards(findings):
    """The dashboards by the name of their file."""
    dashboards = {}
    for path in sorted(DASHBOARDS.glob("*.json")):
        try:
            dashboards[path.name] = json.loads(path.read_text())
        except ValueError as error:
            findings.add(path.name, f"is not JSON: {error}")
    if not dashboards:
        findings.add(DASHBOARDS, "holds no dashboard")
    return dashboards


def place(name, panel):
    return f"{name}: panel {panel.get('id')} \"{panel.get('title', '')}\""


def is_of_data(panel):
    return panel.get("type") not in ("row", "text")


def check_dashboards(dashboards, findings):
    uids = {}
    for name, dashboard in dashboards.items():
        check_dashboard(name, dashboard, findings)
        other = uids.setdefault(dashboard.get("uid"), name)
        if other != name:
            findings.add(name, f"has the uid of {other}")
    for name, dashboard in dashboards.items():
        for uid in re.findall(r"/d/([\w-]+)", json.dumps(dashboard)):
            if uid not in uids:
                findings.add(name, f"links to /d/{uid}, and no dashboard has that uid")


def check_dashboard(name, dashboard, findings):
    for key, kind in [
        ("uid", str), ("title", str), ("description", str), ("tags", list), ("timezone", str), ("refresh", str),
        ("schemaVersion", int), ("panels", list), ("links", list), ("time", dict), ("templating", dict),
        ("annotations", dict), ("timepicker", dict), ("editable", bool),
    ]:
        if not isinstance(dashboard.get(key), kind):
            findings.add(name, f"needs {key}, a {kind.__name__}")
    if not re.fullmatch(r"[a-z0-9-]{1,40}", str(dashboard.get("uid"))):
        findings.add(name, "its uid is not of 1 to 40 small letters, digits and hyphens")
    if dashboard.get("schemaVersion") != SCHEMA_VERSION:
        findings.add(name, f"its schemaVersion is not {SCHEMA_VERSION}")
    if "id" in dashboard:
        findings.add(name, "has an id, which is Grafana's own: remove it")
    if not {"from", "to"} <= set(dashboard.get("time", {})):
        findings.add(name, "its time range has no start or no end")
    for variable in dashboard.get("templating", {}).get("list", []):
        check_source(f"{name}: variable {variable.get('name')}", variable, findings)
    panels = dashboard.get("panels", [])
    check_ids(name, panels, findings)
    check_places(name, panels, findings)
    check_words(name, panels, findings)
    for panel in panels:
        check_panel(place(name, panel), panel, findings)


def check_ids(name, panels, findings):
    seen = set()
    for panel in panels:
        number = panel.get("id")
        if not isinstance(number, int) or number < 1:
            findings.add(place(name, panel), "its id is not a number from 1")
        elif number in seen:
            findings.add(place(name, panel), "another panel has the same id")
        seen.add(number)


def check_places(name, panels, findings):
    """No two panels on one place: Grafana would push one of them down."""
    taken = {}
    for panel in panels:
        grid = panel.get("gridPos", {})
        if not all(isinstance(grid.get(key), int) for key in "xywh") or grid["x"] + grid["w"] > 24:
            findings.add(place(name, panel), "its gridPos is not within 24 columns")
            continue
        for x in range(grid["x"], grid["x"] + grid["w"]):
            for y in range(grid["y"], grid["y"] + grid["h"]):
                other = taken.setdefault((x, y), panel)
                if other is not panel:
                    findings.add(place(name, panel), f"lies on panel {other.get('id')}")
                    return


def check_words(name, panels, findings):
    """Each group, and what stands before the first, is told in words as well."""
    groups = [("the top", [])]
    for panel in panels:
        if panel.get("type") == "row":
            groups.append((panel.get("title"), []))
        else:
            groups[-1][1].append(panel)
    for title, members in groups:
        words = [panel.get("options", {}).get("content", "").strip() for panel in members if not is_of_data(panel)]
        if members and not any(words):
            findings.add(name, f"group \"{title}\" has no text panel that tells it in words")


def check_panel(where, panel, findings):
    if panel.get("type") not in PANELS:
        findings.add(where, f"type {panel.get('type')} is not one of {', '.join(sorted(PANELS))}")
    if not panel.get("title"):
        findings.add(where, "has no title")
    if not is_of_data(panel):
        return
    if len(panel.get("description", "")) < 20:
        findings.add(where, "has no description that defines what it shows")
    check_source(where, panel, findings)
    check_targets(where, panel, findings)
    defaults = panel.get("fieldConfig", {}).get("defaults", {})
    check_units(where, panel, defaults, findings)
    check_colours(where, panel, findings)
    if panel["type"] in ("timeseries", "barchart"):
        if not panel.get("options", {}).get("legend", {}).get("showLegend"):
            findings.add(where, "has no legend, so that colour alone tells what is what")
    if panel["type"] in ("stat", "bargauge") and "reduceOptions" not in panel.get("options", {}):
        findings.add(where, "needs options.reduceOptions")


def check_source(where, holder, findings):
    source = holder.get("datasource")
    if not isinstance(source, dict) or "uid" not in source:
        findings.add(where, "names no data source by uid")
    elif PLUGINS.get(source["uid"]) != source.get("type"):
        findings.add(where, f"no data source {source['uid']} of type {source.get('type')} is provisioned")


def check_targets(where, panel, findings):
    targets = panel.get("targets", [])
    if not targets:
        findings.add(where, "has no query")
    if len({target.get("refId") for target in targets}) != len(targets):
        findings.add(where, "two of its queries have the same refId")
    for target in targets:
        check_source(f"{where} query {target.get('refId')}", target, findings)
        if target.get("datasource") != panel.get("datasource"):
            findings.add(where, "a query is of another data source than the panel")
        if "rawSql" in target:
            check_sql(where, target, findings)
        elif not target.get("expr"):
            findings.add(where, "a query has neither expr nor rawSql")


def check_sql(where, target, findings):
    text = target["rawSql"]
    if target.get("format") not in ("table", "time_series") or not target.get("rawQuery"):
        findings.add(where, "its SQL needs format table or time_series, and rawQuery")
    if re.search(r"\bnow\s*\(|\bcurrent_(date|time|timestamp)\b|\blocaltime", text, re.IGNORECASE):
        findings.add(where, "its SQL asks for the time of today, and simulated time is another")
    for layer in re.findall(r"\b(?:from|join)\s+(?!gold\.)(\w+)\.\w+", text):
        if layer in ("bronze", "silver", "vault", "ops", "public"):
            findings.add(where, f"its SQL reads {layer}, and Grafana's role may not")


def check_units(where, panel, defaults, findings):
    units = [defaults.get("unit")]
    for override in panel["fieldConfig"].get("overrides", []):
        units += [each.get("value") for each in override["properties"] if each["id"] == "unit"]
    for unit in units:
        if unit not in UNITS:
            findings.add(where, f"unit {unit} is none of {', '.join(sorted(UNITS))}")


def check_colours(where, panel, findings):
    text = json.dumps(panel.get("fieldConfig", {}))
    defaults = panel["fieldConfig"]["defaults"]
    if defaults.get("color", {}).get("mode") != "fixed":
        findings.add(where, "its colours are not fixed ones: Grafana's own palette is not for all eyes")
    for colour in re.findall(r'"(?:fixedColor|color)": "([^"]+)"', text):
        if colour not in COLOURS:
            findings.add(where, f"colour {colour} is not of the palette of Okabe and Ito")
    seen = {}
    for override in panel["fieldConfig"].get("overrides", []):
        look = look_of(defaults, override)
        series = override["matcher"]["options"]
        other = seen.setdefault(look, series) if look else series
        if other != series:
            findings.add(where, f"{series} looks like {other}: the same colour, and no other dashes")


def look_of(defaults, override):
    """Colour of the series that an override is about, and dashes where lines are drawn; None if it says neither."""
    values = {each["id"]: each.get("value") for each in override["properties"]}
    if not {"color", "custom.lineStyle"} & set(values):
        return None
    colour = values.get("color", defaults.get("color", {})).get("fixedColor")
    custom = {**defaults.get("custom", {}), **{key.removeprefix("custom."): value for key, value in values.items()}}
    style = custom.get("lineStyle", {})
    # Bars have no dashes, whatever is said of them.
    is_dashed = custom.get("drawStyle") == "line" and style.get("fill") in ("dash", "dot")
    return (colour, style["fill"], tuple(style.get("dash", ()))) if is_dashed else (colour,)


def check_provisioning(findings):
    """The data sources that dashboards name are there, no password is in the file, and dashboards are found."""
    text = (PROVISIONING / "datasources" / "wardflow.yml").read_text()
    found = set(re.findall(r"^ +uid: (\S+)", text, re.MULTILINE))
    if found != set(PLUGINS):
        findings.add("provisioning/datasources", f"has {sorted(found)}, and dashboards name {sorted(PLUGINS)}")
    for password in re.findall(r"^ +password: (.*)$", text, re.MULTILINE):
        if not re.fullmatch(r"\$__file\{\S+\}", password):
            findings.add("provisioning/datasources", "a password that is not read from a file")
    check_provider(findings)


def check_provider(findings):
    """Grafana looks for dashboards where docker-compose.yml has its home page."""
    provider = (PROVISIONING / "dashboards" / "wardflow.yml").read_text()
    paths = re.findall(r"^ +path: (\S+)$", provider, re.MULTILINE)
    homes = re.findall(r"^ +GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: (\S+)/home.json$", COMPOSE.read_text(), re.MULTILINE)
    if len(paths) != 1 or paths != homes:
        findings.add("provisioning/dashboards", f"looks at {paths}, and docker-compose.yml has the home page in {homes}")


def queries(dashboards, key):
    """Every query of that language, with its dashboard and panel."""
    for name, dashboard in dashboards.items():
        for panel in dashboard.get("panels", []):
            for target in panel.get("targets", []):
                if key in target:
                    yield name, panel, target
