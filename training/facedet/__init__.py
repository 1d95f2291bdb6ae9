"""Trains the project's face detector by distillation."""

import os

# Threads that spin while they wait cost more than they give where cores are shared. This must be
# set before the first import of torch.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
