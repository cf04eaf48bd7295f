"""Run directories: what a training leaves behind, and everything that works on one."""
