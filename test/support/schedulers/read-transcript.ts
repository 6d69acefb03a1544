import { readFileSync } from 'node:fs';

const directory = new URL('../../fixtures/schedulers/', import.meta.url);

/** The answers of a transcript in order, each with its command and the remark behind it. */
export function readTranscript(name: string): { command: string; remark: string; answer: string }[] {
  return readFileSync(new URL(name, directory), 'utf8')
    .split(/^\$ /m)
    .slice(1)
    .map((block) => {
      const [head = '', ...lines] = block.split('\n');
      const [command = '', remark = ''] = head.split('  # ');
      return { command, remark, answer: lines.join('\n') };
    });
}

/** A recorded environment. */
export function readRecordedEnvironment(name: string): Record<string, string> {
  const lines = readFileSync(new URL(name, directory), 'utf8').trim().split('\n');
  return Object.fromEntries(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ]),
  );
}
