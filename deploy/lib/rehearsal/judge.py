"""Judges a rehearsal: what was accepted against what is stored, dead and counted.

Reads the folder of a run (argument 1); prints one line of a table for each verdict and ends
with 1 when one of them is bad. Standard library only.
"""

import json
import pathlib
import re
import sys

run = pathlib.Path(sys.argv[1])
verdicts = []


def verdict(what, expected, found):
    verdicts.append(expected == found)
    sign = "yes" if expected == found else "**NO**"
    print(f"| {what} | {expected} | {found} | {sign} |")


def lines(name):
    with open(run / name, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def input_id(record):
    ids = [alt["value"] for alt in record.get("altIds", []) if alt.get("role") == "input-id"]
    return ids[0] if ids else None


print("| | expected | found | as it should be |\n|---|---|---|---|")
articles = {article["id"]: article for article in lines("articles.jsonl")}
stored = lines("stored.jsonl")
pushed = [record for record in stored if record["dateline"]["source"]["id"] == "push"]
by_id = {}
for record in pushed:
    by_id.setdefault(input_id(record), []).append(record)
verdict("articles pushed: every one stored", len(articles), len(articles.keys() & by_id.keys()))
verdict("articles pushed: stored more than once", 0, sum(len(found) > 1 for found in by_id.values()))
verdict("articles stored that nobody pushed", 0, len(by_id.keys() - articles.keys()))
same = sum(
    record["bodies"][0]["value"] == articles[name]["text"]
    and record["headlines"][0]["value"] == articles[name]["title"]
    for name, found in by_id.items() if name in articles for record in found
)
verdict("articles pushed: headline and text as they were sent", len(articles), same)
seeds = {record["uri"] for record in stored if record["dateline"]["source"]["id"] == "seeds"}
verdict("seed articles stored", int((run / "seeds.count").read_text()), len(seeds))
verdict("records stored with the same uri", 0, len(stored) - len({record["uri"] for record in stored}))

letters = sorted((letter["stage"], letter["reason"]) for letter in lines("dead.jsonl"))
verdict("dead letters: the two hostile seeds",
        "producer too-large, producer unreadable",
        ", ".join(f"{stage} {reason}" for stage, reason in letters))

status = json.loads((run / "status.json").read_text())
broker, totals = status["broker"], status["stored"]
verdict("articles of the store's own count", len(stored), totals["articles"])
verdict("versions: none but the first of each", totals["articles"], totals["versions"])
streams = {stream["name"]: stream for stream in broker["streams"]}
taken = streams["DATELINE_RAW"]["last_sequence"]
verdict(f"raw articles the broker took in: {taken}, repeats past its memory included; fewer than stored", 0,
        max(0, len(stored) - taken))
for consumer in broker["consumers"]:
    verdict(f"{consumer['name']}: messages left", 0, consumer["pending"] + consumer["ack_pending"])


def metrics(path):
    """Sums over labels other than the stage."""
    sums = {}
    for line in path.read_text().splitlines():
        match = re.match(r'dateline_stage_(\w+?)(?:_total)?\{(.*)\} (\S+)$', line)
        stage = match and re.search(r'stage="(\w+)"', match[2])
        if stage:
            key = stage[1], match[1]
            sums[key] = sums.get(key, 0) + float(match[3])
    return sums


version = (run / "version").read_text().strip()
for path in sorted(run.glob("metrics/*.txt")):
    stated = re.search(r'^dateline_build_info\{version="(.*)"\} 1$', path.read_text(), re.MULTILINE)
    verdict(f"{path.stem}: version stated after the upgrade", version, stated and stated[1])
    if path.stem == "console":
        continue
    sums, host = metrics(path), path.stem
    stage = host.rsplit("-", 1)[0]
    count = {what: int(sums.get((stage, what), 0))
             for what in ("in", "out", "duplicate", "dead", "retried", "in_flight")}
    right = count["out"] + count["duplicate"] + count["dead"] + count["retried"] + count["in_flight"]
    verdict(f"{host}, since its last start: in = out {count['out']} + duplicate {count['duplicate']} + dead "
            f"{count['dead']} + retried {count['retried']} + in flight {count['in_flight']}", count["in"], right)

sys.exit(0 if all(verdicts) else 1)
