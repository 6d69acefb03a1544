#!/usr/bin/env bash
# Stops the Slurm that slurm-up.sh DIR started: cancels its jobs, waits for them, ends the daemons by their recorded ids.
set -u

dir=$(realpath "${1:?usage: slurm-down.sh DIR}")
export SLURM_CONF=$dir/slurm.conf

scancel --user="$(id -un)" 2>/dev/null
for _ in $(seq 100); do
  if [ -z "$(squeue -h 2>/dev/null)" ]; then break; fi
  sleep 0.1
done

# The daemons remove their own pid files, which may happen between the look and the read.
for file in "$dir"/run/slurmd.*.pid "$dir"/run/slurmctld.pid; do
  if pid=$(cat "$file" 2>/dev/null); then kill "$pid" 2>/dev/null; fi
done
for _ in $(seq 100); do
  if ! ls "$dir"/run/*.pid >/dev/null 2>&1; then exit 0; fi
  sleep 0.1
done
echo "daemons of $dir are still there" >&2
exit 1
