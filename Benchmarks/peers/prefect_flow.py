"""One empty Prefect flow.  `prefect_flow.py serve` serves it; `prefect_flow.py run` starts it once and prints the seconds
from its creation to its start as the Prefect server recorded them."""
import asyncio
import sys

from prefect import flow


@flow
def nothing() -> None:
    """Does nothing."""


async def run_once() -> None:
    """Starts one run and waits for its end."""
    from prefect.deployments import run_deployment

    run = await run_deployment("nothing/bench", timeout=90, poll_interval=0.5)
    print("start_s", (run.start_time - run.created).total_seconds(), run.state.type.value)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        nothing.serve(name="bench")
    else:
        asyncio.run(run_once())
