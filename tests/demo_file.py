"""The bundled demo as a user has it, built by the real crawler and extractor: once a test session, for all workers."""

import fcntl
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
MLJOBS = Path(sys.executable).with_name("mljobs")


def demo_folder(tmp_path_factory):
    """Folder that holds data/mljobs.db of the demo; not to be written to."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if base.name.startswith("popen") else base) / "demo"
    folder.mkdir(exist_ok=True)
    done = folder / "done"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _build(folder)
            done.touch()
    return folder


def _build(folder):
    steps = (
        [sys.executable, ROOT / "demo" / "build.py", "--out", folder],
        [MLJOBS, "crawl", "--boards", folder / "boards.csv", "--from-archive", folder / "demo.warc.gz", "--all"],
        [MLJOBS, "extract"],
    )
    for step in steps:
        db = ["--db", folder / "data" / "mljobs.db"] if step[0] == MLJOBS else []
        made = subprocess.run([*step, *db], capture_output=True, text=True, check=False, cwd=ROOT, timeout=600)
        assert made.returncode == 0, made.stderr
