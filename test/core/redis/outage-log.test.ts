import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { OactError } from '../../../core/errors.ts';
import { createOutageLog, type OutageLog } from '../../../core/redis/outage-log.ts';

function anOutageLog(): { outage: OutageLog; lines: () => unknown[] } {
  const written: { msg: string; err?: string }[] = [];
  const log = pino({ base: null }, { write: (line: string) => void written.push(JSON.parse(line)) });
  const outage = createOutageLog(log, { away: 'away', back: 'back' });
  return { outage, lines: () => written.map(({ msg }) => msg) };
}

describe('the log of an outage', () => {
  it('says once that it began and once that it is over, however many errors there were', () => {
    const { outage, lines } = anOutageLog();
    for (let count = 0; count < 500; count += 1) outage.failed(new Error('connect ECONNREFUSED'));
    expect(outage.isAway).toBe(true);
    outage.answered();
    outage.answered();
    expect(lines()).toEqual(['away', 'back']);
    expect(outage.isAway).toBe(false);
  });

  it('is not ended by an answer to another question than the one that was refused', () => {
    const { outage, lines } = anOutageLog();
    for (let count = 0; count < 50; count += 1) {
      outage.failed(new Error('OOM'), 'fetch');
      outage.answered('renewal');
    }
    expect(lines()).toEqual(['away']);
    outage.answered('fetch');
    expect(lines()).toEqual(['away', 'back']);
  });

  it('takes any answer as a sign that the connection is there', () => {
    const { outage, lines } = anOutageLog();
    outage.failed(new Error('connect ECONNREFUSED'));
    outage.answered('renewal');
    expect(lines()).toEqual(['away', 'back']);
  });

  it('does not wait for one that asks no more', () => {
    const { outage, lines } = anOutageLog();
    outage.failed(new Error('READONLY'), 'renewal');
    outage.forget('renewal');
    expect(lines()).toEqual(['away', 'back']);
  });

  it('passes on what to do', () => {
    const written: unknown[] = [];
    const log = pino({ base: null }, { write: (line: string) => void written.push(JSON.parse(line)) });
    createOutageLog(log, { away: 'away', back: 'back' }).failed(
      new OactError('DISK_FULL', 'no space left', { hint: 'Free some.' }),
    );
    expect(written).toMatchObject([{ err: 'no space left', hint: 'Free some.' }]);
  });
});
