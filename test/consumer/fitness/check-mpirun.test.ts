import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkMpirun, type MpirunCheck, probeMpirun } from '../../../consumer/fitness/check-mpirun.ts';
import { discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { isAlive } from '../programs.ts';

const cpus = discoverCores().map((core) => core.cpu);
const never = new AbortController().signal;
const check: MpirunCheck = {
  orcaPath: '/opt/orca/orca',
  cores: cpus.slice(-1),
  pin: true,
  // Real ones take a sixth of a second when nothing else runs.
  limitMs: 6000,
  keep: [],
  recall: true,
};

describe.skipIf(!hasPrograms('mpirun', 'taskset'))('mpirun', () => {
  let home: CampaignDir;
  beforeEach(() => {
    home = makeCampaignDir();
    // Its memory is kept in the scratch directory.
    vi.stubEnv('TMPDIR', home.dir);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    home.remove();
  });
  /** Puts a program of that name before the real one. */
  const putFirst = (text: string): string => {
    const bin = join(home.dir, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'mpirun'), text);
    chmodSync(join(bin, 'mpirun'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    return bin;
  };
  const listMemories = (): string[] =>
    readdirSync(home.dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('mpirun-'));

  it('of this machine keeps two ranks on one core, also inside an allocation and with its variables', async () => {
    vi.stubEnv('SLURM_JOB_ID', '4711');
    vi.stubEnv('SLURM_JOBID', '4711');
    vi.stubEnv('SLURM_NODELIST', 'n[1-2]');
    vi.stubEnv('SLURM_TASKS_PER_NODE', '1(x2)');
    vi.stubEnv('PMIX_RANK', '0');
    vi.stubEnv('OMPI_MCA_hwloc_base_binding_policy', 'core');
    expect(await probeMpirun(check, never)).toMatchObject({
      versionText: expect.stringMatching(/^mpirun \(Open MPI\) \d/),
      ending: { kind: 'ok' },
    });
    expect(await checkMpirun(check, never)).toEqual({ kind: 'fit' });
  });

  it('is asked once: a good answer is remembered on the node until something it depends on changes', async () => {
    const calls = join(home.dir, 'calls');
    const text = `#!/bin/sh\necho "$*" >>${calls}\nexec ${process.env['OACT_TEST_MPIRUN'] ?? '/usr/bin/mpirun'} "$@"\n`;
    putFirst(text);
    const countCalls = (): number =>
      existsSync(calls)
        ? readFileSync(calls, 'utf8')
            .split('\n')
            .filter((line) => line.includes('-np')).length
        : 0;
    expect(await checkMpirun(check, never)).toEqual({ kind: 'fit' });
    expect(listMemories()).toHaveLength(1);
    expect(await checkMpirun(check, never)).toEqual({ kind: 'fit' });
    expect(countCalls()).toBe(1);
    await checkMpirun({ ...check, recall: false }, never);
    expect(countCalls()).toBe(2);
    vi.stubEnv('LD_LIBRARY_PATH', '/opt/other');
    await checkMpirun(check, never);
    expect(countCalls()).toBe(3);
  });

  it('that hangs, and does not hear TERM, is unfit after a second try; nothing of it is left', async () => {
    const ids = join(home.dir, 'ids');
    putFirst(
      `#!/bin/bash\n[ "$1" = --version ] && { echo 'mpirun (Open MPI) 5.0.7'; exit; }\ntrap '' TERM\nset -m\nsleep 600 &\necho $$ $! >>${ids}\nwait\n`,
    );
    const finding = await checkMpirun({ ...check, limitMs: 300, cores: cpus.slice(0, 2) }, never);
    expect(finding).toMatchObject({
      kind: cpus.length > 1 ? 'unfit' : 'doubtful',
      message: expect.stringContaining('Open MPI 5.0.7) hangs: two ranks did not start within 1.5 s'),
    });
    const pids = readFileSync(ids, 'utf8').trim().split(/\s+/).map(Number);
    expect(pids).toHaveLength(4);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(listMemories()).toEqual([]);
  });

  it('that was only slow the first time is fit', async () => {
    const once = join(home.dir, 'once');
    putFirst(
      `#!/bin/bash\n[ -e ${once} ] || { [ "$1" = -np ] && touch ${once} && sleep 600; }\nexec /usr/bin/mpirun "$@"\n`,
    );
    expect(await checkMpirun({ ...check, limitMs: 2000 }, never)).toEqual({ kind: 'fit' });
  }, 60_000);

  it.skipIf(cpus.length < 2)('whose ranks escape from the mask of their slot is unfit', async () => {
    putFirst(
      `#!/bin/sh\n[ "$1" = --version ] && { echo 'mpirun (Open MPI) 4.1.4'; exit; }\nshift 2\ntaskset -c ${cpus[0]} "$@"\ntaskset -c ${cpus[1]} "$@"\n`,
    );
    expect(await checkMpirun({ ...check, cores: cpus.slice(0, 1) }, never)).toMatchObject({
      // A slot of one core: its jobs do without.
      kind: 'doubtful',
      message: expect.stringContaining(`they may run on ${cpus[0]} and ${cpus[1]}`),
    });
  });

  it('that crashes is unfit, in its own words', async () => {
    putFirst(
      "#!/bin/sh\n[ \"$1\" = --version ] && { echo 'mpirun (Open MPI) 4.1.4'; exit; }\necho 'orte_init failed' >&2\nexit 213\n",
    );
    expect(await checkMpirun({ ...check, cores: [0, 1] }, never)).toMatchObject({
      kind: 'unfit',
      message: expect.stringContaining('cannot start two ranks: exit code 213: orte_init failed'),
    });
  });

  it('that is not there is no concern of this check', async () => {
    vi.stubEnv('PATH', home.dir);
    expect(await probeMpirun(check, never)).toBeUndefined();
    expect(await checkMpirun(check, never)).toEqual({ kind: 'fit' });
  });
});
