/** `npm run picture`: runs the demo and writes docs/images/demo.svg, the picture of the README. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { renderSvg } from './render-svg.ts';

const columns = 110;
const root = findPackageRoot();
const dir = mkdtempSync(join(tmpdir(), 'oact-picture-'));
try {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'bin', 'oact.js'), 'demo'], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', npm_command: 'run-script' },
  });
  if (status !== 0) throw new Error(`the demo ended with ${status}: ${stderr}`);
  const progress = stderr.split('\n').filter((line) => line.includes('█'));
  // As it would look in a checkout; the token of a campaign that is gone opens nothing, and is not shown.
  const lines = stdout
    .replaceAll(`node ${join(root, 'bin', 'oact.js')}`, 'npx oact')
    .replaceAll(`${dir}/`, '')
    .replace(/(token to log in is ).*/, '$1…')
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(0, columns + 20));
  const shown = ['$ npm run demo', ...progress.slice(-1), ...lines];
  writeFileSync(
    join(root, 'docs', 'images', 'demo.svg'),
    renderSvg(shown, columns, 'The demo of oact in a terminal'),
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
