"""The asynchronous client, and the synchronous one inside a running loop."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time

import pimkit
import pytest

from .conftest import NOW, USER_ADMINISTRATOR, tenant


def test_the_same_is_done_with_await(service: pimkit.Embedded) -> None:
    async def work() -> None:
        async with service.async_client("alice") as alice:
            assert len(await alice.my_eligibilities().to_list()) == 1
            async with await alice.activate("User Administrator", justification="Starters", hours=2) as active:
                assert active.instance is not None
                assert [row.role_name async for row in alice.my_assignments()] == ["User Administrator"]
                service.advance(minutes=6)
            assert await alice.my_assignments().to_list() == []
            with pytest.raises(pimkit.PolicyViolation):
                await alice.activate(USER_ADMINISTRATOR, hours=99)
            roles = await asyncio.gather(*(alice.role_named("Global Reader") for _ in range(20)))
            assert len(set(roles)) == 1

    asyncio.run(work())


def test_the_synchronous_client_works_in_a_running_loop(service: pimkit.Embedded) -> None:
    async def work() -> int:
        return len(service.client("alice").my_eligibilities().to_list())

    assert asyncio.run(work()) == 1


def test_a_cancelled_call_is_let_go() -> None:
    async def work() -> None:
        with pimkit.embedded(tenant(), clock="manual", now=NOW) as service:
            alice = service.async_client("alice")
            start = service.now.replace(hour=20)
            later = await alice.activate(USER_ADMINISTRATOR, justification="Tonight", hours=1, start=start)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(later.wait(), 0.2)  # on a manual clock the wait never ends by itself
            assert len(await alice.my_eligibilities().to_list()) == 1

    asyncio.run(work())


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_ctrl_c_interrupts_a_call_that_waits() -> None:
    program = """
        import pimkit
        from datetime import timedelta
        service = pimkit.embedded(clock="manual")
        me = service.client("liam.okafor")
        later = me.activate("Global Administrator", justification="x", hours=1, start=service.now + timedelta(hours=9))
        print("waiting", flush=True)
        try:
            later.wait()
        except KeyboardInterrupt:
            print("interrupted")
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "waiting\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert out == "interrupted\n", err


def test_other_threads_run_while_a_call_waits() -> None:
    with pimkit.embedded(tenant(), clock="system") as service:
        alice = service.client("alice")
        start = service.now.replace(microsecond=0)
        assert alice.clock() >= start
