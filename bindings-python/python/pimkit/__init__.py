"""Privileged Identity Management: administrator rights just in time, approved, limited in time, reviewed and audited.

>>> import pimkit
>>> with pimkit.embedded() as service:  # a company's tenant, in this process
...     me = service.client("liam.okafor")
...     sorted(row.role_name for row in me.my_eligibilities())[:1]
['Global Administrator']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._all import *  # noqa: F403
    from ._all import __all__ as __all__
    from ._all import __version__ as __version__
else:
    # Importing the package costs next to nothing; its hundred types are made when one of them is asked for.
    def __getattr__(name: str) -> Any:
        # By its own name: `from . import` would ask here for it again.
        everything = import_module("pimkit._all")
        try:
            value = getattr(everything, name)
        except AttributeError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return list(import_module("pimkit._all").__all__)
