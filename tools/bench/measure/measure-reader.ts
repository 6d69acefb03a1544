import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeRun } from '../../../consumer/run/judge-run.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { renderInput } from '../../../orca/input/render-input.ts';
import { planJob } from '../../../producer/plan-job.ts';
import { loadRecords } from '../../../workflow/records/load-records.ts';
import { openWorkflow } from '../../../workflow/database/open-workflow.ts';
import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import { batchOf, makeCampaign } from '../campaign/make-campaign.ts';
import { pickMedianRound, type Round, timeSeconds } from '../statistics.ts';

/** What someone greps for who wants to know how a run ended. */
const markerWords =
  'ORCA TERMINATED NORMALLY|FINAL SINGLE POINT ENERGY|SCF CONVERGED AFTER|TOTAL RUN TIME|aborting the run';

const tableBytes = 1_000_000;

/** Judges a large output as the consumer does, against grep. Both read from the page cache. */
export async function measureReader(context: BenchContext): Promise<Measurement> {
  const [megabytes, roundCount] = context.isQuick ? [5, 2] : [200, 5];
  const dir = mkdtempSync(join(context.dir, 'output-'));
  await writeOutput(context, dir, megabytes);
  const path = join(dir, 'orca.out');
  const sizeMb = statSync(path).size / 1e6;
  const rounds: Round[] = [];
  for (let round = 0; round < roundCount; round++) {
    const floorSeconds = await timeSeconds(() =>
      execFileSync('grep', ['-cE', markerWords, path], { env: { ...process.env, LC_ALL: 'C' } }),
    );
    const seconds = await timeSeconds(async () => {
      const ending = { kind: 'exited', exitCode: 0, signal: null } as const;
      const { outcome } = await judgeRun(dir, 'gradient', ending, 1000);
      if (outcome.kind !== 'completed') throw new Error(`the output was judged ${JSON.stringify(outcome)}`);
    });
    rounds.push({ value: sizeMb / seconds, floor: sizeMb / floorSeconds });
  }
  rmSync(dir, { recursive: true });
  const { value, floor } = pickMedianRound(rounds);
  return {
    figures: [
      {
        what: `judge an output of ${Math.round(sizeMb)} MB`,
        unit: 'MB/s',
        value,
        floor: { what: 'grep -cE of five marker words', value: floor },
        target: { atLeast: 0.2 },
      },
    ],
    notes: [
      `outputs of the stand-in, each with 1 MB of tables, one after the other; median of ${roundCount}`,
    ],
  };
}

/** One run of the stand-in, again and again, with tables of numbers in between as real outputs have. */
async function writeOutput(context: BenchContext, dir: string, megabytes: number): Promise<void> {
  writeFileSync(join(dir, 'orca.inp'), await renderExample(context));
  const standIn = join(findPackageRoot(), 'stand-in', 'orca');
  const output = execFileSync(standIn, ['orca.inp'], {
    cwd: dir,
    env: { ...process.env, OACT_STANDIN_SECONDS: '0' },
  });
  const table = renderTable();
  writeFileSync(join(dir, 'orca.err'), '');
  const [head, rest] = halve(output);
  while ((statSync(join(dir, 'orca.out'), { throwIfNoEntry: false })?.size ?? 0) < megabytes * 1e6) {
    appendFileSync(join(dir, 'orca.out'), Buffer.concat([head, table, rest]));
  }
}

async function renderExample(context: BenchContext): Promise<string> {
  const campaign = await makeCampaign(context.dir, 1);
  const workflow = openWorkflow(campaign.databasePath);
  const [record] = loadRecords(workflow, [1]);
  workflow.close();
  const plan = record && planJob(record, batchOf(campaign));
  if (plan?.kind !== 'job') throw new Error('the first example cannot be run');
  return renderInput(plan.calculation, { ranks: 1, maxCoreMb: 1000 });
}

/** Lines like those of the orbital and population tables. */
function renderTable(): Buffer {
  const lines: string[] = [];
  for (let row = 0, bytes = 0; bytes < tableBytes; row++) {
    const numbers = Array.from({ length: 6 }, (_, column) =>
      Math.sin(row * 7 + column)
        .toFixed(6)
        .padStart(10),
    );
    const line = `${String(row % 80).padStart(3)}C   1pz      ${numbers.join(' ')}\n`;
    lines.push(line);
    bytes += line.length;
  }
  return Buffer.from(lines.join(''));
}

/** Cut at a line end near the middle. */
function halve(output: Buffer): [Buffer, Buffer] {
  const middle = output.indexOf('\n', Math.floor(output.length / 2)) + 1;
  return [output.subarray(0, middle), output.subarray(middle)];
}
