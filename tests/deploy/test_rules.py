"""Rules and dashboard: each alert fires in its own case and is silent in the healthy one, each has a page, and all metrics are documented."""

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

from rendering import DEPLOY, ROOT, tool

RULES = yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text())["groups"]
CASES = yaml.safe_load((DEPLOY / "prometheus/rules_test.yml").read_text())["tests"]
ALERTS = {rule["alert"]: rule for group in RULES for rule in group["rules"] if "alert" in rule}
DASHBOARD = json.loads((DEPLOY / "grafana/dashboard.json").read_text())
RUNBOOKS = ROOT / "docs/operate/runbooks"
PROMTOOL = "Debian: apt-get install --no-install-recommends prometheus"


def documented():
    """Names of metrics.md: of the table, of its recorded series, and of a histogram's parts."""
    text = (ROOT / "docs/operate/metrics.md").read_text()
    names = set()
    for line in text.splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.split("|")]
            for name in re.findall(r"`([a-z_]+)`", cells[1]):
                names |= {name} | ({f"{name}_{part}" for part in ("bucket", "count", "sum")} if cells[2] == "histogram" else set())
    return names | {"up"} | {f"antigravity:faults:ratio_rate{window}" for window in ("5m", "30m", "1h", "6h")}


def metrics(expression):
    """Names of the series that an expression reads."""
    bare = re.sub(r'"[^"]*"', '""', expression)
    bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)", "", bare)
    return set(re.findall(r"\b[a-z_:]+[a-z0-9_:]*\b(?!\s*\()", bare)) - {"and", "or", "unless", "bool"}


class Rules(unittest.TestCase):
    def test_promtool_accepts_them_and_their_tests_pass(self):
        promtool = tool("promtool", PROMTOOL)
        for command in (["check", "rules", "--lint-fatal", "rules.yml"], ["test", "rules", "rules_test.yml"]):
            done = subprocess.run([promtool, *command], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_alert_has_a_case_in_which_it_fires_and_the_healthy_one(self):
        (healthy,) = [case for case in CASES if case["name"] == "healthy"]
        silent = {check["alertname"] for check in healthy["alert_rule_test"] if not check["exp_alerts"]}
        fires = {check["alertname"] for case in CASES if case is not healthy for check in case["alert_rule_test"] if check["exp_alerts"]}
        self.assertEqual(silent, set(ALERTS))
        self.assertEqual(fires, set(ALERTS))

    def test_the_healthy_case_has_every_series_that_an_alert_reads(self):
        """Silence because there is no data proves nothing."""
        (healthy,) = [case for case in CASES if case["name"] == "healthy"]
        given = {series["series"].partition("{")[0] for series in healthy["input_series"]}
        recorded = {rule["record"] for group in RULES for rule in group["rules"] if "record" in rule}
        for name, rule in ALERTS.items():
            self.assertLessEqual(metrics(rule["expr"]) - recorded, given, name)

    def test_each_alert_says_what_to_do(self):
        for name, rule in ALERTS.items():
            with self.subTest(alert=name):
                self.assertIn(rule["labels"]["severity"], ("page", "ticket"))
                self.assertEqual(rule["annotations"]["runbook"], f"docs/operate/runbooks/{name}.md")
                page = (RUNBOOKS / f"{name}.md").read_text()
                self.assertTrue(page.startswith(f"# {name}\n"))
                self.assertEqual(re.findall(r"^## (.*)$", page, re.MULTILINE), ["What it means", "What callers notice", "Find out", "Put it right"])
        self.assertEqual({file.stem for file in RUNBOOKS.glob("*.md")} - {"README"}, set(ALERTS))
        index = (RUNBOOKS / "README.md").read_text()
        self.assertEqual(set(re.findall(r"\]\((\w+)\.md\)", index)), set(ALERTS))

    def test_every_metric_is_documented(self):
        known = documented()
        self.assertIn("rpc_server_call_duration_seconds_bucket", known)
        for rule in (rule for group in RULES for rule in group["rules"]):
            self.assertEqual(metrics(rule["expr"]) - known, set(), rule)
        for panel in DASHBOARD["panels"]:
            for target in panel.get("targets", []):
                self.assertEqual(metrics(target["expr"]) - known, set(), panel["title"])

    def test_metrics_are_found_in_expressions(self):
        self.assertEqual(metrics('sum by (job) (rate(a_total{x="y_total"}[5m])) / on(job) b:c > 0.1 and up == 0'), {"a_total", "b:c", "up"})


class Dashboard(unittest.TestCase):
    def test_it_is_what_its_code_says(self):
        done = subprocess.run([sys.executable, DEPLOY / "grafana/dashboard.py", "--check"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_every_expression_is_promql(self):
        promtool = tool("promtool", PROMTOOL)
        expressions = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", [])]
        rules = [{"record": f"panel:{at}", "expr": text.replace("$__rate_interval", "5m").replace("$method", ".*")} for at, text in enumerate(expressions)]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "panels.yml"
            file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
            done = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": [{"record": "x", "expr": "sum by (a (b)"}]}]}))
            self.assertNotEqual(subprocess.run([promtool, "check", "rules", file], capture_output=True, check=False).returncode, 0)

    def test_panels_have_their_own_place_and_number(self):
        self.assertEqual(len({panel["id"] for panel in DASHBOARD["panels"]}), len(DASHBOARD["panels"]))
        taken = set()
        for panel in DASHBOARD["panels"]:
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24)
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells


if __name__ == "__main__":
    unittest.main()
