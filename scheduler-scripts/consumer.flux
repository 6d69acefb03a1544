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
# USR1 opens the debugger of a Node that does not listen for it yet, to all users of the node. No machine has this address.
export NODE_OPTIONS="${NODE_OPTIONS:+$NODE_OPTIONS }--inspect-port=0.0.0.1:9229"

# Reports what is wrong with this node, and stops nothing: each consumer checks its node before it takes a job, and waits for Redis.
"$oact" doctor node --quiet "$@"

# What each node does. Signals that come while Node starts are held back until the consumer listens and says so by URG;
# where it does not within a minute, they are passed on all the same. Node itself ignores USR1 meanwhile.
# shellcheck disable=SC2016
node='
  pass() {
    if [ -n "$listens" ] || [ "$SECONDS" -gt 60 ]; then kill -"$1" "$consumer" 2>/dev/null; else held="$held $1"; fi
  }
  trap "" USR1
  OACT_SIGNALS_HELD_BY=$$ "$@" & consumer=$!
  trap "pass USR1" USR1; trap "pass TERM" TERM; trap "pass ALRM" ALRM
  trap "listens=yes; for name in \$held; do pass \$name; done; held=" URG
  while kill -0 "$consumer" 2>/dev/null; do wait "$consumer"; done
  wait "$consumer"'

# USR1 goes to the consumers, 300 s before the walltime ends, or a quarter of a short one; sent to the whole allocation, it
# would end Flux on all nodes but the first. exit-timeout=none lets a consumer end, for whatever reason, without the others.
ahead=300
left=$(flux job timeleft 2>/dev/null)
if [[ $left =~ ^[0-9]+$ ]] && [ "$left" -lt 1200 ]; then ahead=$((left / 4)); fi
nodes=$(flux resource list -n -o '{nnodes}' -s up)
flux run -N "$nodes" -n "$nodes" --exclusive --signal="SIGUSR1@${ahead}s" -o cpu-affinity=off -o exit-timeout=none \
  bash -c "$node" consumer "$oact" consume "$@"
status=$?

# 75: drained, with work left in the queue. For Flux that is no failure.
if [ "$status" -eq 75 ]; then exit 0; fi
exit "$status"
