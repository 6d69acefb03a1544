import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/** Loaded by what they are needed for alone: the one runs on every node, the other has Bull Board in it. */
const apart = ['run-consume.ts', 'run-board.ts'];
const namespace = 'oact-commands';
const dynamicImport = /const \{ ([\w, ]+) \} = await import\('((?:\.\.\/)+[\w/-]+\.ts)'\)/g;

/**
 * The commands of the login node become one piece of code. Otherwise every set of commands that shares a module would
 * be a file, and a consumer would open forty of them.
 */
export function groupCommands(root: string): Plugin {
  const commandsDir = join(root, 'cli', 'commands');
  return {
    name: 'group-commands',
    setup(build) {
      const namesOf = listCommands(commandsDir);
      build.onResolve({ filter: /^(?:\.\.\/)+[\w/-]+\.ts$/ }, ({ kind, path, resolveDir }) => {
        const isGrouped = kind === 'dynamic-import' && namesOf.has(resolve(resolveDir, path));
        return isGrouped ? { path: 'login', namespace } : undefined;
      });
      build.onLoad({ filter: /^login$/, namespace }, () => {
        // By name: one that two of them have is an error then, which `export *` would leave out without a word.
        const lines = [...namesOf].map(
          ([path, names]) => `export { ${[...names].join(', ')} } from ${JSON.stringify(path)};`,
        );
        return { contents: lines.join('\n'), resolveDir: commandsDir };
      });
    },
  };
}

/** What the commands import when they are called: names by module. */
function listCommands(commandsDir: string): ReadonlyMap<string, ReadonlySet<string>> {
  const namesOf = new Map<string, Set<string>>();
  for (const file of readdirSync(commandsDir, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    for (const [, names = '', path = ''] of readFileSync(join(commandsDir, file), 'utf8').matchAll(
      dynamicImport,
    )) {
      if (apart.includes(basename(path))) continue;
      const module = resolve(commandsDir, dirname(file), path);
      namesOf.set(module, new Set([...(namesOf.get(module) ?? []), ...names.split(', ')]));
    }
  }
  return namesOf;
}
