#!/usr/bin/env python3
"""The dashboard as code.

    dashboard.py          write dashboard.json
    dashboard.py --check  compare only: exit code 1 if the file is not what stands here

Every metric stands in docs/operate/metrics.md. Rows go from what callers notice to what causes it.
"""

import json
import sys
from pathlib import Path

FILE = Path(__file__).with_name("dashboard.json").resolve()
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
GATEWAY = 'job="antigravity-gateway", rpc_method=~"$method"'
FAULTS = "UNAVAILABLE|INTERNAL|UNKNOWN|DATA_LOSS|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED"


def quantile(q, histogram, by="le", labels=""):
    return f"histogram_quantile({q}, sum by ({by}) (rate({histogram}_bucket{{{labels}}}[$__rate_interval])))"


def rate(metric, by, labels=""):
    return f"sum by ({by}) (rate({metric}{{{labels}}}[$__rate_interval]))"


SERVER, CLIENT, MODEL = "rpc_server_call_duration_seconds", "rpc_client_call_duration_seconds", "gen_ai_client_operation_duration_seconds"

# Row title, then (panel title, unit, [(expression, legend)], description).
ROWS = [
    (
        "What callers notice",
        [
            ("Calls", "reqps", [(rate(f"{SERVER}_count", "rpc_method, rpc_response_status_code", GATEWAY), "{{rpc_method}} {{rpc_response_status_code}}")], "By method and outcome"),
            ("Faults", "percentunit", [("antigravity:faults:ratio_rate5m", "5 minutes"), ("antigravity:faults:ratio_rate1h", "an hour")], "Questions and searches that failed through no fault of the caller; the promise is 0.5 %"),
            ("Duration", "s", [(quantile(q, SERVER, "le, rpc_method", GATEWAY), "{{rpc_method}} p" + str(int(q * 100))) for q in (0.5, 0.95, 0.99)], ""),
            ("Our own part of it", "s", [(quantile(q, "antigravity_own_duration_seconds"), f"p{int(q * 100)}") for q in (0.5, 0.99)], "All time but the model's; aims: p50 10 ms, p99 25 ms"),
        ],
    ),
    (
        "Answers",
        [
            ("Coverage", "short", [(rate("antigravity_answers_total", "coverage"), "{{coverage}}")], "How far the archive reached"),
            ("Citations", "short", [(rate("antigravity_citations_total", "result"), "{{result}}")], "What the check said of each citation"),
            ("Notices", "short", [(rate("antigravity_notices_total", "notice"), "{{notice}}")], "What was degraded or left out"),
            ("Stages", "s", [(quantile(0.95, "antigravity_stage_duration_seconds", "le, stage"), "{{stage}} p95")], ""),
        ],
    ),
    (
        "Models",
        [
            ("Calls", "reqps", [(rate(f"{MODEL}_count", "gen_ai_request_model, error_type"), "{{gen_ai_request_model}} {{error_type}}")], ""),
            ("Time to first token", "s", [(quantile(0.95, "gen_ai_client_operation_time_to_first_chunk_seconds", "le, gen_ai_request_model"), "{{gen_ai_request_model}} p95")], ""),
            ("Tokens", "short", [(rate("gen_ai_client_token_usage_sum", "gen_ai_request_model, gen_ai_token_type"), "{{gen_ai_request_model}} {{gen_ai_token_type}}")], "A second"),
        ],
    ),
    (
        "Retrieval",
        [
            ("Qdrant", "s", [(quantile(0.95, CLIENT, "le, rpc_method", 'job="antigravity-retriever"'), "{{rpc_method}} p95")], ""),
            ("Qdrant's outcomes", "reqps", [(rate(f"{CLIENT}_count", "rpc_response_status_code", 'job="antigravity-retriever"'), "{{rpc_response_status_code}}")], ""),
            ("Embedding", "s", [(quantile(0.95, "antigravity_embedding_duration_seconds", "le, work"), "{{work}} p95")], ""),
            ("Texts waiting to be embedded", "short", [("antigravity_embedding_queue_depth", "{{instance}} {{work}}")], ""),
            ("Records taken in", "short", [(rate("antigravity_records_total", "result"), "{{result}}")], "A second"),
            ("Preprints", "short", [("max by (archive) (antigravity_archive_preprints)", "{{archive}}")], ""),
        ],
    ),
    (
        "Services",
        [
            ("In flight", "short", [("antigravity_calls_in_flight", "{{job}} {{instance}}"), ("max by (job) (antigravity_calls_limit)", "{{job}} limit")], ""),
            ("Refused", "reqps", [(rate("antigravity_calls_refused_total", "job, reason"), "{{job}} {{reason}}")], ""),
            ("Memory", "bytes", [('process_resident_memory_bytes{job=~"antigravity-.*"}', "{{job}} {{instance}}")], ""),
            ("CPU", "short", [(rate("process_cpu_seconds_total", "job, instance", 'job=~"antigravity-.*"'), "{{job}} {{instance}}")], "Cores"),
            ("Versions", "short", [("count by (job, version) (antigravity_build_info)", "{{job}} {{version}}")], ""),
            ("Certificates end in", "s", [("antigravity_certificate_expiry_timestamp_seconds - time()", "{{job}} {{instance}} {{setting}}")], ""),
        ],
    ),
]
WIDTH, HEIGHT = 8, 8


def panels():
    top, number = 0, 0
    for title, row in ROWS:
        number += 1
        yield {"id": number, "type": "row", "title": title, "collapsed": False, "gridPos": {"x": 0, "y": top, "w": 24, "h": 1}, "panels": []}
        top += 1
        for place, (name, unit, targets, description) in enumerate(row):
            number += 1
            yield {
                "id": number,
                "type": "timeseries",
                "title": name,
                "description": description,
                "datasource": SOURCE,
                "gridPos": {"x": place % 3 * WIDTH, "y": top + place // 3 * HEIGHT, "w": WIDTH, "h": HEIGHT},
                "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
                "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}},
                "targets": [{"refId": chr(65 + at), "datasource": SOURCE, "expr": expression, "legendFormat": legend} for at, (expression, legend) in enumerate(targets)],
            }
        top += (len(row) + 2) // 3 * HEIGHT


def dashboard():
    method = f'label_values({SERVER}_count{{job="antigravity-gateway"}}, rpc_method)'
    return {
        "uid": "antigravity",
        "title": "Antigravity Q&A",
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "tags": ["antigravity"],
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "utc",
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"},
                {"name": "method", "type": "query", "label": "Method", "datasource": SOURCE, "query": method, "multi": True, "includeAll": True, "allValue": ".*", "refresh": 2},
            ]
        },
        "panels": list(panels()),
    }


def main():
    text = json.dumps(dashboard(), indent=1) + "\n"
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text)
    elif FILE.read_text() != text:
        print("dashboard.json is out of date: run deploy/grafana/dashboard.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
