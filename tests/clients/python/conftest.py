"""An emulator, and Microsoft's clients on it."""

import json
import os
import pathlib
import ssl
import subprocess
import time
import urllib.request

import httpx
import pytest
from azure.core.credentials import AccessToken
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph_beta import GraphRequestAdapter as BetaRequestAdapter
from msgraph_beta import GraphServiceClient as BetaServiceClient
from msgraph_core import GraphClientFactory
from msgraph_core.authentication import AzureIdentityAuthenticationProvider

SEED = pathlib.Path(__file__).parent.parent / "seed.json"
PEOPLE = {
    "root": "a0000000-0000-4000-8000-000000000001",
    "alice": "a0000000-0000-4000-8000-000000000002",
    "bob": "a0000000-0000-4000-8000-000000000003",
    "carol": "a0000000-0000-4000-8000-000000000004",
}


class StaticToken:
    """A credential, as azure-core defines one, that has its token already."""

    def __init__(self, token: str) -> None:
        self._token = token

    def get_token(self, *scopes: str, **options: object) -> AccessToken:
        return AccessToken(self._token, int(time.time()) + 3600)


class Emulator:
    """One process. Every test begins anew with the seed."""

    def __init__(self, *options: str) -> None:
        program = os.environ.get("PIM_EMULATOR")
        if not program:
            raise RuntimeError("PIM_EMULATOR names no emulator; `cargo xtask test` names it")
        self.process = subprocess.Popen(
            [program, "--seed", str(SEED), *options], stdout=subprocess.PIPE, text=True
        )
        self.ready = json.loads(self.process.stdout.readline())
        self.graph = self.ready["graph"]

    def control(self, method: str, path: str, body: object = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.ready["control"] + path, data=data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def advance(self, length: str) -> None:
        self.control("POST", "/clock", {"advance": length})

    def _provider(self, name: str, **more: object) -> AzureIdentityAuthenticationProvider:
        who = {"principal": PEOPLE[name], "mfa": True, **more}
        token = self.control("POST", "/tokens", who)["token"]
        # Unasked, the library gives tokens to Microsoft's own hosts only.
        return AzureIdentityAuthenticationProvider(StaticToken(token), allowed_hosts=["127.0.0.1"])

    def client(self, name: str, **more: object) -> GraphServiceClient:
        """Microsoft's client with a token for somebody; `more` is what `POST /tokens` takes besides."""
        http = None
        if "ca" in self.ready:
            trusted = ssl.create_default_context(cafile=self.ready["ca"])
            http = GraphClientFactory.create_with_default_middleware(
                client=httpx.AsyncClient(verify=trusted, http2=True)
            )
        adapter = GraphRequestAdapter(self._provider(name, **more), client=http)
        adapter.base_url = f"{self.graph}/v1.0"
        return GraphServiceClient(request_adapter=adapter)

    def beta(self, name: str) -> BetaServiceClient:
        adapter = BetaRequestAdapter(self._provider(name))
        adapter.base_url = f"{self.graph}/beta"
        return BetaServiceClient(request_adapter=adapter)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def process():
    emulator = Emulator()
    yield emulator
    emulator.stop()


@pytest.fixture
def emulator(process):
    process.control("POST", "/seed", json.loads(SEED.read_text()))
    return process
