/** What stands at the end of the demo: where a newcomer looks, what one failure means, and how to begin for real. */
import { basename, join } from 'node:path';
import pc from 'picocolors';

/** How this process was called. */
export interface Call {
  /** The program, argv[1]. */
  script: string;
  /** `exec` under npx, `run-script` under npm run; undefined: neither. */
  npmCommand: string | undefined;
  /** The directory of the installed package. */
  root: string;
  workingDir: string;
}

/** How to call oact from the same place again; a bare `npx oact` elsewhere would fetch a stranger's package. */
export function nameOfProgram({ script, npmCommand, root, workingDir }: Call): string {
  const isHere = root === workingDir || root === join(workingDir, 'node_modules', 'oact');
  if (npmCommand !== undefined && isHere) return 'npx oact';
  if (npmCommand === undefined && basename(script) === 'oact') return 'oact';
  return `node ${join(root, 'bin', 'oact.js')}`;
}

export interface DemoEnd {
  program: string;
  dir: string;
  token: string;
  /** A record that failed, and why, as `oact job explain` says it. */
  failed: { id: number; name: string | null; text: readonly string[] } | null;
}

export function renderDemoEnd({ program, dir, token, failed }: DemoEnd): string {
  return [
    pc.bold('See it in a browser:'),
    `  ${program} board -C ${dir}`,
    `  It prints an address on this machine; the token to log in is ${token}`,
    '',
    ...(failed === null
      ? []
      : [
          pc.bold(`Why record ${failed.id}${failed.name === null ? '' : ` (${failed.name})`} failed:`),
          `  ${firstSentences(failed.text.join(' '), 2)}`,
          `  More: ${program} job explain ${failed.id} -C ${dir}`,
          '',
        ]),
    pc.bold('A campaign of your own:'),
    `  ${program} init campaign --csv structures.csv --multiplicity-column spin`,
    `  ${program} doctor -C campaign          what is missing here: ORCA, Redis, disk`,
    `  ${program} run -C campaign             runs all records on this machine`,
    '',
    `Files: ${dir}/workflow.db (the table), jobs/job_1/orca.out (an output), logs/run.log`,
  ].join('\n');
}

/** A sentence ends where a capital letter follows; the dots in numbers and file names end none. */
function firstSentences(text: string, count: number): string {
  return text
    .split(/(?<=[.!?]) (?=[A-Z])/)
    .slice(0, count)
    .join(' ');
}
