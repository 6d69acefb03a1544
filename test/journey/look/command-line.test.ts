import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { hasPrograms } from '../../support/has-programs.ts';
import { exampleCsv, oactSucceeds, runOact, startOact } from '../../support/run-oact.ts';

let home: CampaignDir;
let dir: string;

beforeAll(async () => {
  home = makeCampaignDir();
  dir = join(home.dir, 'campaign');
  await oactSucceeds([
    'init',
    dir,
    '--csv',
    exampleCsv,
    '--multiplicity-column',
    'spin',
    '--name-column',
    'name',
  ]);
}, 60_000);
afterAll(() => home.remove());

it('oact --version names commit, Node and Redis', async () => {
  const { stdout, code } = await runOact(['--version']);
  const { version } = JSON.parse(readFileSync(join(findPackageRoot(), 'package.json'), 'utf8'));
  const [first, commit, node, redis] = stdout.split('\n');
  expect([code, first]).toEqual([0, version]);
  expect(commit).toMatch(/^commit {2}(?:[0-9a-f]{40}|unknown)$/);
  expect(node).toContain(process.versions.node);
  expect(redis).toMatch(/^redis {3}(?:redis-server|valkey-server|no redis-server)/);
});

it('job list --watch shows the list again, until it is stopped', async () => {
  const watching = startOact(['job', 'list', '--ids', '1-2', '--watch', '-C', dir]);
  onTestFinished(() => void watching.child.kill('SIGKILL'));
  const shown = (): number => watching.output().stderr.split('2 records.').length - 1;
  await expect.poll(shown, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  watching.child.kill('SIGINT');
  expect((await watching.ended).code).toBe(0);
}, 60_000);

it('job diff compares two records and their inputs', async () => {
  const { stdout } = await oactSucceeds(['job', 'diff', '1', '2', '-C', dir]);
  expect(stdout).toContain('ORCA input:');
  expect(stdout).toMatch(/^the same: status/m);
  const alone = await runOact(['job', 'diff', '1', '-C', dir]);
  expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('record 1 has no attempt')]);
}, 60_000);

/** Each types a line and prints what the shell would offer. The program is called by its path, as `oact`. */
const shells: Record<string, (line: string, oact: string) => string> = {
  bash: (line, oact) => `
    oact() { ${oact} "$@"; }
    eval "$(oact completion bash)"
    COMP_WORDS=(${line.replaceAll('=', ' = ')}${line.endsWith(' ') ? ' ""' : ''})
    COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
    compopt() { :; }
    _oact; printf '%s\\n' "\${COMPREPLY[@]}"`,
  zsh: (line, oact) => `
    compdef() { :; }; _files() { print FILES; }
    compadd() { print -l -- $words_of_oact; }
    oact() { ${oact} "$@"; }
    eval "$(oact completion zsh)"
    words=(${line}${line.endsWith(' ') ? ' ""' : ''}); CURRENT=$#words
    _oact`,
  fish: (line, oact) => `
    function oact; ${oact} $argv; end
    oact completion fish | source
    complete -C '${line}' | string split -f1 \\t; true`,
};

describe.each(Object.entries(shells))('completion in %s', (shell, script) => {
  const offered = (line: string): string[] =>
    execFileSync(
      shell,
      [
        ...(shell === 'zsh' ? ['-f'] : []),
        '-c',
        script(line, `${process.execPath} ${join(findPackageRoot(), 'bin', 'oact.js')}`),
      ],
      {
        encoding: 'utf8',
        cwd: dir,
      },
    )
      .split('\n')
      .filter((word) => word !== '');

  it.skipIf(!hasPrograms(shell))(
    'offers commands, flags, statuses, ids and names',
    () => {
      expect(offered('oact job ex')).toEqual(['explain']);
      expect(offered('oact job list --status failed,ti')).toEqual(['failed,timeout']);
      expect(offered('oact job show 1').slice(0, 3)).toEqual(['1', '10', '11']);
      expect(offered('oact job show Ac_3_F')).toContain('Ac_3_F3');
    },
    60_000,
  );
});
