"""Makes the synchronous client from the asynchronous one; with `--check` tells whether it is current. Needs ruff."""

import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "python" / "pimkit"

RULES = [
    (r"async with", "with"),
    (r"async for", "for"),
    (r"async def", "def"),
    (r"\bawait ", ""),
    (r"\bAsync(Client|Pager|Activation|Frames)\b", r"\1"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"__aiter__", "__iter__"),
    (r"__aenter__", "__enter__"),
    (r"__aexit__", "__exit__"),
    (r"\b(call|next_page|preflight|discover|act|rest)_async\b", r"\1"),
    (r"\bimport asyncio\b", "import time"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (
        r"The asynchronous client\. `_client\.py` is made from this file by `tools/make_sync\.py`\.",
        "The client. Made from `_async_client.py` by `tools/make_sync.py`: change that one.",
    ),
]


def made() -> str:
    text = (PACKAGE / "_async_client.py").read_text()
    for pattern, replacement in RULES:
        text = re.sub(pattern, replacement, text)
    ruff = [sys.executable, "-m", "ruff"]
    sort = [*ruff, "check", "--quiet", "--select", "I", "--fix", "--stdin-filename", str(PACKAGE / "_client.py"), "-"]
    shape = [*ruff, "format", "--quiet", "--stdin-filename", str(PACKAGE / "_client.py"), "-"]
    for step in (sort, shape):
        text = subprocess.run(step, input=text, capture_output=True, text=True, check=True).stdout
    return text


def main() -> int:
    target = PACKAGE / "_client.py"
    if "--check" in sys.argv[1:]:
        if target.read_text() == made():
            return 0
        print("_client.py is not what _async_client.py makes: run tools/make_sync.py", file=sys.stderr)
        return 1
    target.write_text(made())
    return 0


if __name__ == "__main__":
    sys.exit(main())
