"""A worker's side of a search: it finds the chief, and shows that it is alive while it trains."""

import contextlib
import os
import threading
from collections.abc import Callable
from typing import Any

import grpc
from keras_tuner.engine.trial import Trial

PATIENCE_SECONDS, BEAT_SECONDS = 120, 5


def join(address: str, name: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Makes this process a KerasTuner worker of the chief at ``address``; waits for the chief."""
    host, _, port = address.rpartition(":")
    channel = grpc.insecure_channel(address)
    try:
        grpc.channel_ready_future(channel).result(timeout=seconds)
    except grpc.FutureTimeoutError as error:
        raise OSError(
            f"No chief answered at {address} for {seconds} seconds. Start it first, "
            "the same search in the role of the chief, and see that HOST and PORT are its own "
            "and that no firewall is between."
        ) from error
    finally:
        channel.close()
    os.environ.update(
        KERASTUNER_ORACLE_IP=host, KERASTUNER_ORACLE_PORT=port, KERASTUNER_TUNER_ID=name
    )


def living(
    work: Callable[[Trial], dict[str, float]], oracle: Callable[[], Any]
) -> Callable[[Trial], dict[str, float]]:
    """The function ``work`` of a trial, with regular signs of life to the chief meanwhile."""

    def carried_out(trial):
        done = threading.Event()

        def beat():
            while not done.wait(BEAT_SECONDS):
                with contextlib.suppress(
                    grpc.RpcError
                ):  # the chief may be back with the next
                    oracle().get_trial(trial.trial_id)

        threading.Thread(target=beat, daemon=True).start()
        try:
            return work(trial)
        finally:
            done.set()

    return carried_out
