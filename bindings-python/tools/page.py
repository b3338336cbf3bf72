"""Runs every Python example of a page, one after the other, as a reader would."""

import re
import sys
import warnings
from pathlib import Path

page = Path(sys.argv[1]).read_text()
examples = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
assert len(examples) >= 2, "the page has lost its examples"
names: dict[str, object] = {"__name__": "__main__"}
warnings.simplefilter("error")  # a reader would wonder
for number, example in enumerate(examples, 1):
    print(f"-- example {number} of {sys.argv[1]}")
    exec(compile(example, f"{sys.argv[1]}, example {number}", "exec"), names)
