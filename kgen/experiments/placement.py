import re
from typing import NamedTuple


class Placement(NamedTuple):
    """Where a training runs: on how many devices of this host, and as which of how many processes."""

    devices: int = 1
    processes: int = 1
    process_id: int | None = None
    coordinator: str | None = None

    @classmethod
    def under_slurm(cls, devices, environment):
        """This task's place among those that ``srun`` started; the coordinator is asked of SLURM."""
        # An sbatch script is no such task: outside srun it has these variables too, but for the step's.
        tasks = int(environment.get("SLURM_STEP_NUM_TASKS", 1))
        return cls(devices, tasks, int(environment["SLURM_PROCID"]) if tasks > 1 else None)

    @property
    def shards(self):
        """The equal parts of a batch, one for every device of every process."""
        return self.devices * self.processes

    @property
    def first(self):
        """True for the one process that writes the run."""
        return not self.process_id

    @property
    def part(self):
        """Which part of every batch this process feeds, of how many."""
        return self.process_id or 0, self.processes

    def check(self, batch_size):
        """Raises where the processes are not told each other, or a batch cannot be divided."""
        if batch_size % self.shards:
            raise ValueError(
                f"batch_size={batch_size} cannot be divided among {self.shards} devices; make it a multiple."
            )
        if self.process_id is not None and not 0 <= self.process_id < self.processes:
            raise ValueError(
                f"process_id={self.process_id} is not one of the processes 0 to {self.processes - 1}."
            )
        if self.coordinator is not None and not re.fullmatch(r".+:\d+", self.coordinator):
            raise ValueError(
                f"coordinator={self.coordinator!r} is not HOST:PORT, e.g. node1:12345."
            )


HERE = Placement()
