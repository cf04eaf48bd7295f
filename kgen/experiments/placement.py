import re
from collections.abc import Mapping
from typing import NamedTuple, Self


class Placement(NamedTuple):
    """Where a training runs: devices per host, number of processes, and this process's number."""

    devices: int = 1
    processes: int = 1
    process_id: int | None = None
    coordinator: str | None = None

    @classmethod
    def under_slurm(cls, devices: int, environment: Mapping[str, str]) -> Self:
        """The place of this task among those that ``srun`` started; SLURM names the coordinator."""
        # An sbatch script outside srun is no such task: it has these variables, except the step's.
        tasks = int(environment.get("SLURM_STEP_NUM_TASKS", 1))
        return cls(
            devices, tasks, int(environment["SLURM_PROCID"]) if tasks > 1 else None
        )

    @property
    def shards(self) -> int:
        """The number of equal parts of a batch, one per device of each process."""
        return self.devices * self.processes

    @property
    def first(self) -> bool:
        """True for the one process that writes the run."""
        return not self.process_id

    @property
    def part(self) -> tuple[int, int]:
        """The number of the part of every batch that this process feeds, and of all parts."""
        return self.process_id or 0, self.processes

    def check(self, batch_size: int) -> None:
        """Raises if a batch cannot be divided, or the process number or coordinator is invalid."""
        if batch_size % self.shards:
            raise ValueError(
                f"batch_size={batch_size} cannot be divided among {self.shards} devices; "
                "make it a multiple."
            )
        if self.process_id is not None and not 0 <= self.process_id < self.processes:
            raise ValueError(
                f"process_id={self.process_id} is not one of the processes "
                f"0 to {self.processes - 1}."
            )
        if self.coordinator is not None and not re.fullmatch(
            r".+:\d+", self.coordinator
        ):
            raise ValueError(
                f"coordinator={self.coordinator!r} is not HOST:PORT, e.g. node1:12345."
            )


HERE = Placement()
