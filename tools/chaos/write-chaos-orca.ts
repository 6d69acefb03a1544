import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  daemonTurn,
  hangingTurn,
  outcomePeriod,
  plannedFailures,
  slowTurn,
} from './judging/planned-outcome.ts';

/** In the directory of the run: a line for every start and every end of the program. */
export const runLogName = 'runs.log';

/** Longer than any time limit here, short enough that an orphan goes away by itself. */
const hangSeconds = 60;
const slowSeconds = 5;
/** Longer than a run of chaos: what is not stopped is found as a leftover. */
const daemonSeconds = 100_000;

/**
 * A program in the place of ORCA whose outcome follows from the record id. It tells the run log when it starts and
 * ends. `work` has one child, as mpirun has ranks, and says what mpirun says when it is killed.
 * @param extraSeconds added to the work of each job, a whole number
 * @returns its absolute path
 */
export function writeChaosOrca(dir: string, extraSeconds = 0): string {
  const path = join(dir, 'orca');
  const cases = plannedFailures.map(({ words }, turn) => `  ${turn}) echo '${words}'; exit 1 ;;`);
  const text = `#!/bin/sh
record=\${OACT_JOB_ID#c}
record=\${record%-a*}
tell() {
  read -r now _ </proc/uptime
  echo "$1 $now $$ $PPID $OACT_JOB_ID $PWD" >>"$CHAOS_DIR/${runLogName}"
}
work() {
  sleep "$1" && return
  echo 'mpirun noticed that process rank 0 with PID 4711 on node n1 exited on signal 9 (Killed).'
  exit 1
}
trap 'tell end' EXIT
trap 'exit 143' TERM
tell start
echo '                         Program Version 6.1.0  -   RELEASE   -'
if [ $((record % ${outcomePeriod})) -eq ${hangingTurn} ]; then work ${hangSeconds}; fi
if [ $((record % ${outcomePeriod})) -eq ${slowTurn} ]; then work ${slowSeconds}; fi
if [ $((record % ${outcomePeriod})) -eq ${daemonTurn} ]; then setsid sleep ${daemonSeconds} & fi
work $((${extraSeconds} + record * 7 % 12 / 10)).$((record * 7 % 12 % 10))5
case $((record % ${outcomePeriod})) in
${cases.join('\n')}
esac
echo "FINAL SINGLE POINT ENERGY      -$((1000 + record)).000000000000"
echo '                             ****ORCA TERMINATED NORMALLY****'
echo 'TOTAL RUN TIME: 0 days 0 hours 0 minutes 1 seconds 0 msec'
`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}
