import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { frontPath } from '../../examples/run-front.ts';
import { makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { oactSucceeds, startOact } from '../../support/run-oact.ts';

const uranyl = join(findPackageRoot(), 'examples', 'engines', 'uranyl.xyz');

/** Command lines of the processes that work below a directory. */
function listCommandsIn(dir: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(dir)) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim()];
      } catch {
        return [];
      }
    });
}

describe.skipIf(!hasPrograms('nwchem', 'mpirun') || availableParallelism() < 2)(
  'an actinide, computed by NWChem on two real ranks',
  () => {
    it('goes from an XYZ file to an energy in the table, with the name of who computed it', async () => {
      const home = makeCampaignDir();
      const dir = join(home.dir, 'campaign');
      await oactSucceeds(['init', dir, '--xyz', uranyl]);
      const flags = ['--orca-path', frontPath('nwchem'), '--slots', '1', '--cores-per-slot', '2'];
      const run = startOact(['run', '-C', dir, ...flags]);
      onTestFinished(async () => {
        run.child.kill('SIGTERM');
        await run.ended;
        home.remove();
      });

      const listRanks = (): string[] => listCommandsIn(dir).filter((command) => /^nwchem\b/.test(command));
      await vi.waitFor(() => expect(listRanks()).toHaveLength(2), { timeout: 60_000, interval: 100 });
      const { code, stderr } = await run.ended;
      expect({ code, stderr }).toMatchObject({ code: 0 });

      const db = new Database(join(dir, 'workflow.db'), { readonly: true });
      const row = db
        .prepare<[], { status: string; final_energy: number; max_forces: number; n_cores: number }>(
          'select status, final_energy, max_forces, n_cores from structures',
        )
        .get();
      const attempt = db
        .prepare<[], { program: string; warnings: string }>('select program, warnings from oact_attempts')
        .get();
      db.close();
      expect(row).toMatchObject({ status: 'completed', n_cores: 2 });
      // By hand with NWChem 7.0.2, the same method, two ranks.
      expect(Math.abs((row?.final_energy ?? 0) + 626.7372)).toBeLessThan(1e-4);
      // Both bonds are 1.76 Å, longer than those of the minimum: the same pull on either oxygen.
      expect(row?.max_forces).toBeGreaterThan(0.05);
      expect(row?.max_forces).toBeLessThan(0.07);
      expect(attempt?.program).toMatch(/^nwchem \d/);
      expect(JSON.parse(attempt?.warnings ?? '[]')).toEqual([
        expect.stringMatching(
          /^engine: computed by NWChem \S+ \(B3LYP, Stuttgart RSC 1997 ECP \(U\), 6-31G\* \(O\)\), not by ORCA: the recipe's method was replaced$/,
        ),
      ]);

      const jobDir = join(dir, 'jobs', 'job_1');
      expect(readFileSync(join(jobDir, 'nwchem.log'), 'utf8')).toMatch(/^ +nproc += +2$/m);
      expect(readFileSync(join(jobDir, 'orca.out'), 'utf8')).toContain('this is not ORCA');
      const shown = await oactSucceeds(['job', 'show', '1', '-C', dir]);
      expect(shown.stdout).toMatch(/^program +nwchem \d/m);
      expect(shown.stdout).toMatch(/^attempt 1, warning: engine: computed by NWChem/m);
      const judged = await oactSucceeds(['judge', jobDir]);
      expect(judged.stdout).toContain('not by ORCA');
    }, 300_000);
  },
);
