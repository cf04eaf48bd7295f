"""KerasTuner's chief, safe for lost workers: it reassigns their trials, and ends after the last."""

import time
from collections.abc import Callable
from concurrent import futures
from typing import Any

import grpc
from keras_tuner.src import protos
from keras_tuner.src.distribute.oracle_chief import OracleServicer

from kgen.search.oracles import Durable

SILENCE_SECONDS = 40  # a worker speaks every few seconds


def serve(oracle: Durable, address: str, watch: Callable[[], Any]) -> None:
    """Answers workers at ``address`` until all trials have ended; calls ``watch`` every second."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=1), options=[("grpc.so_reuseport", 0)]
    )
    servicer = OracleServicer(oracle)
    protos.get_service_grpc().add_OracleServicer_to_server(servicer, server)
    _bind(server, address)
    server.start()
    try:
        while not (servicer.stop_triggered and not oracle.ongoing_trials):
            time.sleep(1)
            if oracle.fault:
                raise oracle.fault
            for worker in oracle.silent(SILENCE_SECONDS):
                given_up(oracle, worker, f"said nothing for {SILENCE_SECONDS} seconds")
            watch()
        # The others are told that there are no more trials before the chief leaves.
        _wait_for(oracle)
    finally:
        server.stop(grace=1).wait()


def given_up(oracle: Durable, worker: str, why: str) -> None:
    """Gives the trial of a worker to another, and prints why."""
    trial = oracle.release(worker)
    if trial is not None:
        print(
            f"{worker} {why}: trial {trial}, see logs/{trial}.txt, is given out again",
            flush=True,
        )


def _bind(server, address):
    try:
        bound = server.add_insecure_port(address)
    except RuntimeError:
        bound = 0
    if not bound:
        raise OSError(
            f"chief {address}: this port is taken, or the host is not this one. "
            "Choose another port."
        )


def _wait_for(oracle, seconds=10):
    deadline = time.monotonic() + seconds
    while oracle.tuner_ids and time.monotonic() < deadline:
        time.sleep(0.2)
