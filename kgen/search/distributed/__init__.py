"""A search by several processes: one chief that asks the oracle, and workers that train."""
