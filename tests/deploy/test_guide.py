"""The operations guide: links lead somewhere, what it names exists, and the backup that it describes can be restored and asked."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

from rendering import CHART, DEPLOY, ROOT, VALUE_FILES, objects, of_kind, pods

GUIDE = ROOT / "docs/operate"
PAGES = sorted(GUIDE.rglob("*.md"))
SUBJECTS = {"install", "sizing", "qdrant", "reindexing", "backup", "upgrades", "releases", "air-gapped", "tls", "metrics", "threat-model", "platforms"}


def anchors(page):
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


class Pages(unittest.TestCase):
    def test_every_subject_has_its_page_and_the_index_names_it(self):
        self.assertEqual({page.stem for page in GUIDE.glob("*.md")} - {"README"}, SUBJECTS)
        index = (GUIDE / "README.md").read_text()
        self.assertEqual(set(re.findall(r"\]\(([\w-]+)\.md\)", index)), SUBJECTS)

    def test_links_lead_somewhere(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
                with self.subTest(page=page.name, target=target):
                    if target.startswith("https://"):
                        continue
                    path, _, anchor = target.partition("#")
                    file = (page.parent / path).resolve() if path else page
                    self.assertTrue(file.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(file))

    def test_files_that_are_named_exist(self):
        for page in PAGES:
            for path in re.findall(r"\b(?:deploy|proto|tests|docs)/[\w./-]+\b", page.read_text()):
                self.assertTrue((ROOT / path).exists(), f"{page.name}: {path}")

    def test_settings_of_the_pages_are_those_of_the_programs(self):
        known = (ROOT / "chassis/src/options/known.rs").read_text()
        table = re.search(r"^\| setting \|.*?\n\n", (GUIDE / "metrics.md").read_text(), re.MULTILINE | re.DOTALL)[0]
        named = re.findall(r"`([a-z_]+)`", "".join(row.split("|")[1] for row in table.strip().splitlines()))
        self.assertIn("admin_listen", named)
        self.assertEqual([name for name in named if f'"{name}"' not in known], [], "metrics.md promises what no program reads")
        named = re.findall(r"^\| `(tls_[a-z_]+)` \|", (GUIDE / "tls.md").read_text(), re.MULTILINE)
        self.assertEqual(sorted(named), sorted(re.findall(r'"(tls_[a-z_]+)"', known)), "tls.md and the programs' settings")

    def test_values_that_are_named_exist(self):
        values = yaml.safe_load((CHART / "values.yaml").read_text())
        for page in PAGES:
            for name in re.findall(r"`((?:gateway|retriever|answerer|qdrant|shutdown|networkPolicy|tls|metrics|topologySpread|podDisruptionBudget|telemetry)\.[A-Za-z.]+)`", page.read_text()):
                at = values
                for part in name.split("."):
                    self.assertIn(part, at, f"{page.name}: {name}")
                    at = at[part]

    def test_the_air_gapped_values_lead_nowhere_outside(self):
        (file,) = [file for file in VALUE_FILES if file.stem == "air-gapped"]
        rendered = objects((file,))
        for policy in of_kind(rendered, "NetworkPolicy"):
            for rule in policy["spec"].get("egress", []):
                self.assertTrue(rule.get("to"), policy["metadata"]["name"])
                self.assertFalse([peer for peer in rule["to"] if "ipBlock" in peer], policy["metadata"]["name"])
        for _, _, spec in pods(rendered):
            for container in (*spec.get("initContainers", []), *spec["containers"]):
                self.assertTrue(container["image"].startswith("registry.inside.example/"), container["image"])
        self.assertEqual(of_kind(rendered, "CronJob"), [])


class Backup(unittest.TestCase):
    def test_a_backup_is_taken_restored_and_asked(self):
        """docs/operate/backup.md, as records, with the embedded engine."""
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        folders = [os.environ.get("ANTIGRAVITY_IMAGE_PROGRAMS"), target / "release", os.environ.get("ANTIGRAVITY_PROGRAMS"), target / "debug"]
        built = [Path(folder) / "antigravity" for folder in folders if folder and (Path(folder) / "antigravity").is_file()]
        program = max(built, key=lambda program: program.stat().st_mtime, default=None)
        if program is None:
            raise unittest.SkipTest("no program antigravity: cargo build --workspace --bins")

        def run(data, *arguments, **options):
            command = [program, *arguments, "--data-dir", data]
            done = subprocess.run([str(part) for part in command], capture_output=True, check=False, **options)
            if b"fetch" in done.stderr and done.returncode != 0:
                raise unittest.SkipTest("no embedding model: python3 deploy/standalone/fetch_model.py")
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout

        with tempfile.TemporaryDirectory() as folder:
            old, new = Path(folder) / "old", Path(folder) / "new"
            run(old, "index", DEPLOY / "standalone/sample/preprints.jsonl")
            before = json.loads(run(old, "archive", "--json"))
            records = run(old, "archive", "export", "-")
            run(new, "index", "-", input=records)
            after = json.loads(run(new, "archive", "--json"))
            self.assertEqual(after["revision"], before["revision"])
            self.assertEqual(records.count(b"\n"), 74)
            run(new, "archive", "verify")
            self.assertRegex(run(new, "ask", "How do neural networks find rare signals?").decode(), r"\[AG-\d{4}\.\d{2}-\d+\]")


if __name__ == "__main__":
    unittest.main()
