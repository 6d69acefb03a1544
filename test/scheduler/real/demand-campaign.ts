import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { exampleCsv, oactSucceeds, standInPath, startOact } from '../../support/run-oact.ts';

/** Of the table, as far as the test looks at it. */
export interface AllocationRecord {
  id: number;
  entry: string | null;
  allocation_id: string | null;
  state: string;
  started_at: string | null;
  ended_at: string | null;
  verdict: string | null;
  words: string | null;
}

/** A campaign with a Redis of its own, and an `oact serve` that may submit. */
export interface DemandCampaign {
  dir: string;
  id: string;
  serve: (
    env?: Record<string, string>,
    flags?: string[],
  ) => { kill(signal: NodeJS.Signals): void; ended: Promise<unknown> };
  oact: (...args: string[]) => Promise<string>;
  rows: () => AllocationRecord[];
  entries: () => { name: string; paused_reason: string | null; refusals: number }[];
  completed: () => number;
  /** Records of more than so many atoms. */
  largerThan: (atoms: number) => number;
  attempts: () => { allocation_id: string; attempt: number }[];
  stopServers: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * @param options startsRedis false: a server with a Redis of its own (`--with-redis`) does
 * @param env with which the scheduler's commands find it
 * @param allocations what stands behind `allocations:` in oact.yaml
 */
export async function startDemandCampaign(
  schedulerEnv: Record<string, string>,
  records: number,
  allocations: string,
  options: { startsRedis?: boolean } = {},
): Promise<DemandCampaign> {
  const home = makeCampaignDir();
  const dir = join(home.dir, 'campaign');
  writeFileSync(join(home.dir, 'table.csv'), manyStructures(records));
  await oactSucceeds(['init', dir, '--csv', join(home.dir, 'table.csv'), '--multiplicity-column', 'spin']);
  appendFileSync(join(dir, 'oact.yaml'), `\nallocations: ${allocations}\n`);
  if (options.startsRedis ?? true) await oactSucceeds(['redis', 'start'], { cwd: dir });
  const env = { ...schedulerEnv, OACT_ORCA_PATH: standInPath, OACT_STANDIN_SECONDS: '0.2' };
  const servers: ReturnType<DemandCampaign['serve']>[] = [];
  const select = <Shape>(sql: string): Shape[] => {
    const db = new Database(join(dir, 'workflow.db'), { fileMustExist: true });
    try {
      return db.prepare<[], Shape>(sql).all();
    } finally {
      db.close();
    }
  };
  const id = /^campaign: "?([0-9a-f]{8})/m.exec(readFileSync(join(dir, 'oact.yaml'), 'utf8'))?.[1] ?? '';
  return {
    dir,
    id,
    serve(more = {}, flags = []) {
      const { child, ended } = startOact(['serve', ...flags], { cwd: dir, env: { ...env, ...more } });
      const server = { kill: (signal: NodeJS.Signals) => void child.kill(signal), ended };
      servers.push(server);
      return server;
    },
    oact: async (...args) => (await oactSucceeds(args, { cwd: dir, env })).stdout,
    rows: () => select('select * from oact_allocations order by id'),
    entries: () => select('select * from oact_allocation_entries'),
    completed: () =>
      select<{ count: number }>(`select count(*) as count from structures where status = 'completed'`)[0]
        ?.count ?? 0,
    attempts: () => select('select * from oact_attempts'),
    largerThan: (atoms) =>
      select<{ count: number }>(`select count(*) as count from structures where natoms > ${atoms}`)[0]
        ?.count ?? 0,
    async stopServers() {
      for (const server of servers.splice(0)) {
        server.kill('SIGTERM');
        await server.ended;
      }
    },
    async stop() {
      if (options.startsRedis ?? true) await oactSucceeds(['redis', 'stop'], { cwd: dir });
      home.remove();
    },
  };
}

/** The example's structures again and again, each a little larger than the one before, so that none is a duplicate. */
function manyStructures(count: number): string {
  const [head = '', ...lines] = readFileSync(exampleCsv, 'utf8').split(/\n(?=\w+,\w*,[A-Z][a-z]?,)/);
  return [
    head,
    ...Array.from({ length: count }, (_, index) => {
      const text = (lines[index % lines.length] ?? '').trimEnd();
      const round = Math.floor(index / lines.length);
      return text
        .replace(/\d+\.\d{6}/, (number) => (Number(number) + 0.001 * round).toFixed(6))
        .replace(/^\w+/, `$&_${round}`);
    }),
  ].join('\n');
}
