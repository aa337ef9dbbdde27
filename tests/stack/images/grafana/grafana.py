"""Reads variables and provisioning as Grafana would, refuses what cannot be right, and answers /api/health."""

import json
import os
import re
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import yaml

PROVISIONING = Path(os.environ.get("GF_PATHS_PROVISIONING", "/etc/grafana/provisioning"))
DATA = Path("/var/lib/grafana")
HOME = "GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"


def refuse(why):
    sys.exit(f"grafana: {why}")


def read_text(path, of):
    """A file's content; whoever cannot read it is told of what it was."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        refuse(f"{of}: {error}")


def check_variables():
    for name, path in os.environ.items():
        if name.endswith("__FILE") and not read_text(path, name).strip():
            refuse(f"{name}: {path} is empty")
    home = os.environ.get(HOME)
    if home:
        json.loads(read_text(home, HOME))


def documents(kind):
    """The provisioning files of a kind, with what is in them."""
    for path in sorted((PROVISIONING / kind).glob("*.y*ml")):
        text = read_text(path, "provisioning")
        for file in re.findall(r"\$__file\{([^}]*)\}", text):
            if not read_text(file, path).strip():
                refuse(f"{path}: {file} is empty")
        document = yaml.safe_load(text)
        if not isinstance(document, dict) or document.get("apiVersion") != 1:
            refuse(f"{path}: apiVersion 1 is missing")
        yield path, document


def check_data_sources():
    names, uids = set(), set()
    for path, document in documents("datasources"):
        for source in document.get("datasources") or []:
            for field in ("name", "type", "uid", "access", "url"):
                if not source.get(field):
                    refuse(f"{path}: a data source without {field}")
            if source["name"] in names or source["uid"] in uids:
                refuse(f"{path}: {source['name']} is there twice")
            names.add(source["name"])
            uids.add(source["uid"])


def check_dashboards():
    for path, document in documents("dashboards"):
        for provider in document.get("providers") or []:
            folder = Path(provider["options"]["path"])
            if not folder.is_dir():
                refuse(f"{path}: there is no folder {folder}")
            for dashboard in sorted(folder.rglob("*.json")):
                json.loads(read_text(dashboard, path))


def check_storage():
    trial = DATA / "trial"
    try:
        trial.write_text("", encoding="utf-8")
        trial.unlink()
    except OSError as error:
        refuse(f"cannot write to {DATA}: {error}")


class Health(BaseHTTPRequestHandler):
    """Answers as Grafana does when it is up; everything else is not there."""

    def do_GET(self):
        found = self.path == "/api/health"
        body = json.dumps({"database": "ok", "version": "stand-in"} if found else {"message": "Not found"}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


check_variables()
check_data_sources()
check_dashboards()
check_storage()
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("grafana: the provisioning can be used", flush=True)
ThreadingHTTPServer(("", 3000), Health).serve_forever()
