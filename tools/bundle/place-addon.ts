import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';

const addon = 'better_sqlite3.node';
const namespace = 'oact-addon';

/**
 * better-sqlite3 finds its native module through the package `bindings`, which searches around the calling file. In a
 * bundle it lies in the root, and is loaded when a database is opened: on the login node.
 */
export function placeAddon(root: string, out: string): Plugin {
  return {
    name: 'place-addon',
    setup(build) {
      build.onResolve({ filter: /^bindings$/ }, () => ({ path: addon, namespace }));
      build.onLoad({ filter: /.*/, namespace }, () => ({
        // All code of a bundle lies two levels deep.
        contents: `module.exports = () => require('../../${addon}');`,
      }));
      build.onResolve({ filter: /\.node$/, namespace }, ({ path }) => ({ path, external: true }));
      build.onEnd(() => {
        copyFileSync(
          join(root, 'node_modules', 'better-sqlite3', 'build', 'Release', addon),
          join(out, addon),
        );
      });
    },
  };
}
