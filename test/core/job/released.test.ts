import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePayload } from '../../../core/job/payload.ts';
import { parseResult } from '../../../core/job/result.ts';

const fixtures = join(import.meta.dirname, '..', '..', 'fixtures', 'released');
const read = (version: string, name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(fixtures, version, name), 'utf8'));

// Written by the code of these commits, by a campaign with the stand-in. A format that changes gets a new directory; none is edited.
describe.each(readdirSync(fixtures))('what oact of %s left behind', (version) => {
  it('is a payload that a consumer of today runs', () => {
    const payload = read(version, 'payload.json');
    expect(parsePayload(payload)).toMatchObject({ recordId: 1, attempt: 1, jobDir: payload['jobDir'] });
  });

  it('is a result that is settled today', () => {
    const result = read(version, 'result.json');
    expect(parseResult(result, 'result.json')).toMatchObject({
      outcome: { kind: 'completed' },
      metrics: { finalEnergyHartree: expect.any(Number) },
    });
  });

  it('is read without any of its measurements, as an oact before it wrote results, and with one more, as one after it may', () => {
    const { restart: _, files: __, ...result } = read(version, 'result.json');
    expect(parseResult({ ...result, metrics: {} }, 'result.json')).toMatchObject({
      metrics: { finalEnergyHartree: null, scfCyclesOfEach: [], warnings: [] },
      restart: null,
      files: [],
    });
    expect(parseResult({ ...result, surprise: 1 }, 'result.json')).toMatchObject({ recordId: 1 });
  });
});
