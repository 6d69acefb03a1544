#!/bin/bash
# One consumer on each node of an allocation. Submit it from inside a campaign directory:
#   flux batch consumer.flux
#   flux batch -N 8 consumer.flux --cores-per-slot 16       (what follows the file name goes to `oact consume`)
# It ends when the queue stays empty, or ahead of the walltime: what still runs then goes back to the queue and
# costs no attempt. To end it early in the same way: flux proxy JOBID flux job killall --force --signal=SIGUSR1
# (`flux cancel` does the same without the grace: the consumers have 5 s to stop ORCA and hand back).

#flux: --job-name=oact-consumer
#flux: -N 2
#flux: -t 12h
#flux: # --bank=
#flux: # --queue=
#flux: # --requires=

# Whole nodes.
#flux: --exclusive
# The log. Existing tools take names that end in `out` or `logs`, or contain `flux-`, for ORCA output.
#flux: --output=consumer-{{id.dec}}.log

# Whatever the nodes need to find `node` and `oact`, for example:
# module load nodejs
oact=${OACT:-oact}

# Says what is wrong with this node. It stops nothing: the consumers check theirs before they take a job, and wait for Redis.
"$oact" doctor node --quiet "$@"

# USR1 goes to the consumers, 300 s before the walltime ends; sent to the whole allocation, it would end Flux on all
# nodes but the first. exit-timeout=none lets a consumer end, for whatever reason, without the others.
nodes=$(flux resource list -n -o '{nnodes}' -s up)
flux run -N "$nodes" -n "$nodes" --exclusive --signal=SIGUSR1@300s -o cpu-affinity=off -o exit-timeout=none \
  "$oact" consume "$@"
status=$?

# 75: drained, with work left in the queue. For Flux that is no failure.
if [ "$status" -eq 75 ]; then exit 0; fi
exit "$status"
