import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export type Program = {
  /** Its next line of output. */
  nextLine(): Promise<string>;
  /** Ends its stdin, on which the programs wait. */
  proceed(): void;
  kill(): void;
  ended(): Promise<unknown>;
};

/** Starts a program of test/workflow/programs in a process of its own; it does not outlive the test. */
export function startProgram(name: string, args: readonly string[]): Program {
  const file = fileURLToPath(new URL(`programs/${name}`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const lines = readLines(child);
  return {
    nextLine: async () => (await lines.next()).value ?? '',
    proceed: () => child.stdin?.end(),
    kill: () => void child.kill('SIGKILL'),
    ended: () => exit,
  };
}

async function* readLines(child: ChildProcess): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of child.stdout ?? []) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  return undefined;
}
