import pc from 'picocolors';
import type { CheckLine, CheckStatus } from './check-line.ts';

const paint: Record<CheckStatus, (text: string) => string> = {
  ok: pc.green,
  warn: pc.yellow,
  fail: pc.red,
  skip: pc.dim,
};

/** A line each, the cure below it. @param quiet only what is not as it should be */
export function renderChecks(lines: readonly CheckLine[], quiet: boolean): string[] {
  const shown = quiet ? lines.filter(({ status }) => status === 'warn' || status === 'fail') : lines;
  const width = Math.max(0, ...shown.map(({ check }) => check.length));
  return shown.flatMap(({ check, status, message, cure }) => {
    const head = `${paint[status](status.padEnd(4))}  ${check.padEnd(width)}  `;
    const indent = ' '.repeat(4 + 2 + width + 2);
    return [`${head}${message}`, ...(cure === null ? [] : [`${indent}${cure}`])];
  });
}

/** The last line: how it is on the whole. */
export function summarizeChecks(lines: readonly CheckLine[]): string {
  const countOf = (wanted: CheckStatus): number => lines.filter(({ status }) => status === wanted).length;
  const parts = (['fail', 'warn', 'ok', 'skip'] as const)
    .map((status) => ({ status, count: countOf(status) }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`);
  return parts.join(', ');
}
