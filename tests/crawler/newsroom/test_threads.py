"""The newsroom's servers are threads: they may all be the first to read a file."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

FIRST = """
import sys, threading, tomllib, types
from pathlib import Path
import msgspec
from crawler.newsroom.papers import _decode

sys.setswitchinterval(1e-6)
CODE = "class A(msgspec.Struct):\\n    x: int = 0\\nclass B(msgspec.Struct):\\n"
CODE += "".join(f"    f{i}: 'list[A]' = []\\n" for i in range(60))
parsed = {"f1": [{"x": 1}], "f30": [{"x": 2}]}
tomllib.loads = lambda text: parsed
for _ in range(500):
    made = sys.modules["made"] = types.ModuleType("made")
    made.msgspec = msgspec
    exec(CODE, made.__dict__)
    threads = [threading.Thread(target=_decode, args=(Path(sys.argv[1]), made.B)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_a_type_may_be_decoded_first_by_several_threads_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("f1 = [{x = 1}]\nf30 = [{x = 2}]\n")
    line = [sys.executable, "-c", FIRST, str(tmp_path / "a.toml")]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
