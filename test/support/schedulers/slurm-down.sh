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

# The daemons remove their own pid files, which may happen between the look and the read; and slurmctld writes its state
# after that, so what counts is that the processes are gone. A zombie is.
pids=()
for file in "$dir"/run/slurmd.*.pid "$dir"/run/slurmctld.pid "$dir"/run/slurmdbd.pid "$dir"/run/mariadb.pid; do
  if pid=$(cat "$file" 2>/dev/null); then pids+=("$pid"); fi
done
is_there() {
  local state
  state=$(sed 's/^.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) && [ -n "$state" ] && [ "$state" != Z ]
}
for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null; done
for try in $(seq 300); do
  left=()
  for pid in "${pids[@]}"; do if is_there "$pid"; then left+=("$pid"); fi; done
  if [ "${#left[@]}" -eq 0 ]; then exit 0; fi
  if [ "$try" -eq 200 ]; then kill -KILL "${left[@]}"; fi
  sleep 0.1
done
echo "daemons of $dir are still there: ${left[*]}" >&2
exit 1
