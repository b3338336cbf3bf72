"""The program in docs/emulator.md works as it stands."""

import os
import pathlib
import re
import subprocess
import sys

from conftest import PEOPLE

DOCUMENT = pathlib.Path(__file__).parents[3] / "docs" / "emulator.md"


def test_the_documented_program_works(emulator):
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    addresses = {"GRAPH": emulator.graph, "CONTROL": emulator.ready["control"]}
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **addresses}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{PEOPLE['root']} sees "), done.stdout
