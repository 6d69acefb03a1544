#!/bin/bash
# Everything of a campaign in one allocation: Redis and `oact serve` on cores of the first node, a consumer on each node. Nothing
# runs on the login node. Submit it from inside a campaign directory:
#   flux batch campaign.flux
#   flux batch -N 8 campaign.flux --chain=20 --cores-per-slot 16
# With --chain=N this allocation submits the next one at its start, N of them in all, until the campaign is done. What else follows
# the file name goes to `oact consume`. OACT_SERVE_FLAGS goes to `oact serve`: OACT_SERVE_FLAGS='--board-port 0 --reserve-cores 4'
# It ends when the campaign is done, or ahead of the walltime: what still runs then goes back to the queue and costs no attempt,
# and the next allocation resumes. To end it early in the same way: flux proxy JOBID flux job killall --force --signal=SIGUSR1
# (`flux cancel` does the same without the grace: the consumers have 5 s to stop ORCA and hand back).

#flux: --job-name=oact-campaign
#flux: -N 2
#flux: -t 12h
#flux: # --bank=
#flux: # --queue=
#flux: # --requires=

# Whole nodes.
#flux: --exclusive
# The log. Existing tools take names that end in `out` or `logs`, or contain `flux-`, for ORCA output.
#flux: --output=campaign-{{id.dec}}.log

# Whatever the nodes need to find `node` and `oact`, for example:
# module load nodejs
oact=${OACT:-oact}
# USR1 opens the debugger of a Node that does not listen for it yet, to all users of the node. No machine has this address.
export NODE_OPTIONS="${NODE_OPTIONS:+$NODE_OPTIONS }--inspect-port=0.0.0.1:9229"

# When Redis is down for this long, a consumer hands back what it can, and ends.
export OACT_NODE_GIVE_UP_AFTER=${OACT_NODE_GIVE_UP_AFTER:-5m}
read -ra serve_flags <<<"${OACT_SERVE_FLAGS---board-port 0}"
chain=()
if [ "$1" = --chain ] && [[ $2 =~ ^[0-9]+$ ]]; then set -- "--chain=$2" "${@:3}"; fi
if [[ $1 =~ ^--chain(=.*)?$ ]]; then
  chain=("$1")
  shift
fi

# Redis and `oact serve`, until the campaign is done. It says how to look at it when consumers may come; where there is nothing to
# do, it ends before that.
ready=$(mktemp)
"$oact" serve --with-redis --until-done "${serve_flags[@]}" "${chain[@]}" -- "$0" "$@" >"$ready" &
serve=$!
until [ -s "$ready" ] || ! kill -0 "$serve" 2>/dev/null; do sleep 0.5; done
cat "$ready"
rm -f "$ready"
if ! kill -0 "$serve" 2>/dev/null; then
  wait "$serve"
  exit
fi

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

# When `oact serve` has ended, the queue is done or no longer filled: the consumers drain. It has notified those it knew.
(
  while kill -0 "$serve" 2>/dev/null; do sleep 1; done
  flux job killall --force --signal=SIGUSR1
) &
watch=$!

# USR1 goes to the consumers, 300 s before the walltime ends, or a quarter of a short one; sent to the whole allocation, it
# would end Flux on all nodes but the first. exit-timeout=none lets a consumer end, for whatever reason, without the others.
ahead=300
left=$(flux job timeleft 2>/dev/null)
if [[ $left =~ ^[0-9]+$ ]] && [ "$left" -lt 1200 ]; then ahead=$((left / 4)); fi
nodes=$(flux resource list -n -o '{nnodes}' -s up)
flux run -N "$nodes" -n "$nodes" --exclusive --signal="SIGUSR1@${ahead}s" -o cpu-affinity=off -o exit-timeout=none \
  bash -c "$node" consumer "$oact" consume "$@"
status=$?

# After the last consumer: `oact serve` settles what they finished, and leaves the queue to the next allocation.
kill "$watch" 2>/dev/null
kill "$serve" 2>/dev/null
while kill -0 "$serve" 2>/dev/null; do wait "$serve"; done
wait "$serve"
served=$?
# 75: ended with work left. For Flux that is no failure.
if [ "$served" -ne 0 ] && [ "$served" -ne 75 ]; then exit "$served"; fi
if [ "$status" -eq 75 ]; then exit 0; fi
exit "$status"
