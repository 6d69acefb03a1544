import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** Loaded by what they are needed for alone: the one runs on every node, the other has Bull Board in it. */
const apart = ['run-consume.ts', 'run-board.ts'];
const namespace = 'oact-commands';
const dynamicImport = /import\('(\.\.\/[\w-]+\.ts)'\)/g;

/**
 * The commands of the login node become one piece of code. Otherwise every set of commands that shares a module would
 * be a file, and a consumer would open forty of them.
 */
export function groupCommands(root: string): Plugin {
  const commandsDir = join(root, 'cli', 'commands');
  return {
    name: 'group-commands',
    setup(build) {
      build.onResolve({ filter: /^\.\.\/[\w-]+\.ts$/ }, ({ kind, path, resolveDir }) => {
        const isGrouped =
          kind === 'dynamic-import' && resolveDir === commandsDir && !apart.includes(basename(path));
        return isGrouped ? { path: 'login', namespace } : undefined;
      });
      build.onLoad({ filter: /^login$/, namespace }, () => {
        const modules = listCommandModules(commandsDir).filter((path) => !apart.includes(basename(path)));
        // Two exports of one name would be a warning, which ends the build.
        const contents = modules.map((path) => `export * from ${JSON.stringify(path)};`).join('\n');
        return { contents, resolveDir: commandsDir };
      });
    },
  };
}

/** What the commands import when they are called. */
function listCommandModules(commandsDir: string): string[] {
  const modules = readdirSync(commandsDir).flatMap((name) =>
    [...readFileSync(join(commandsDir, name), 'utf8').matchAll(dynamicImport)].map(([, path = '']) =>
      resolve(commandsDir, path),
    ),
  );
  return [...new Set(modules)].toSorted();
}
