#!/usr/bin/env python3
"""Checks the dashboards against Grafana's own schema of them.

The types of grafana-foundation-sdk are generated from that schema. A dashboard is read into
them and written out again; what is missing or different afterwards is unknown to Grafana.
Needs the package of requirements.txt. What the schema cannot say is checked besides: every
panel has a unit, a description and the data source variable.
"""

import json
import sys
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

# Part of the format, but left open by the schema.
OPEN = ("query",)


def differences(ours, theirs, path):
    """What of `ours` is not in `theirs`."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if key in OPEN:
                continue
            if key not in theirs:
                if value not in (None, "", [], {}, False, 0):
                    yield f"{path}.{key}: unknown to Grafana's schema"
            else:
                yield from differences(value, theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"{path}: {len(ours)} entries became {len(theirs)}"
        for index, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, f"{path}[{index}]")
    elif ours != theirs:
        yield f"{path}: {ours!r} became {theirs!r}"


def incomplete(dashboard):
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            continue
        name = f"{dashboard['title']} / {panel['title']}"
        if not panel.get("description"):
            yield f"{name}: no description"
        if not panel["fieldConfig"]["defaults"].get("unit"):
            yield f"{name}: no unit"
        for query in [panel, *panel["targets"]]:
            if query["datasource"]["uid"] != "${datasource}":
                yield f"{name}: a fixed data source"


def main():
    register_default_plugins()
    faults = []
    files = sorted(Path(__file__).parent.glob("dashboards/*.json"))
    for file in files:
        ours = json.loads(file.read_text())
        theirs = json.loads(json.dumps(Dashboard.from_json(ours), cls=JSONEncoder))
        faults += [f"{file.name}: {fault}" for fault in differences(ours, theirs, "")]
        faults += incomplete(ours)
    print("\n".join(faults) if faults else f"{len(files)} dashboards are as Grafana's schema wants them")
    return 1 if faults or not files else 0


if __name__ == "__main__":
    sys.exit(main())
