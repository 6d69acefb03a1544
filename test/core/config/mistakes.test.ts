import { describe, expect, it } from 'vitest';
import { validateConfig } from '../../../core/config/config.ts';
import { findLine } from '../../../core/config/mistakes/locate-setting.ts';
import { editDistance, nearestWord } from '../../../core/config/mistakes/nearest-word.ts';
import { catchError } from '../../workflow/expect-error.ts';

const refusal = (raw: Record<string, unknown>): string =>
  catchError(() => validateConfig({ campaign: '0a1b2c3d', ...raw }, 'f')).message;

describe('a mistake in the settings', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ node: { slot: 4 } }, "f: node has no setting 'slot'. Did you mean node.slots?"],
    [
      { node: { cores_per_slot: 4 } },
      "f: node has no setting 'cores_per_slot'. Did you mean node.coresPerSlot?",
    ],
    [{ nodes: { slots: 4 } }, "f: there is no setting 'nodes'. Did you mean node?"],
    [{ slots: 4 }, "f: there is no setting 'slots'. Did you mean node.slots?"],
    [{ orca: { binary: '/opt/orca' } }, "f: orca has no setting 'binary'. Settings of orca are path"],
    [{ node: { slots: 'four' } }, "f: node.slots is a whole number greater than 0, or null, not 'four'"],
    [{ node: { memoryShare: 2 } }, 'f: node.memoryShare is a number at least 0.05 and at most 1, not 2'],
    [{ job: null }, 'f: job is a section with keys such as timeLimit, timeRequest, maxFailCount, not null'],
    [
      { job: { timeLimit: 'soon' } },
      "f: job.timeLimit: 'soon' is not a duration; write 90m, 1h30m or HH:MM:SS",
    ],
    [{ job: { timeLimit: [] } }, 'f: job.timeLimit is a duration such as 90m, 1h30m or HH:MM:SS, not []'],
    [{ retry: { enabled: 'maybe' } }, 'f: retry.enabled: must be true or false'],
    [{ campaign: undefined }, 'f: campaign is missing: text'],
    [
      { allocations: [{ scheduler: 'slurm', maxNode: 2 }] },
      "f: allocations[0] has no setting 'maxNode'. Did you mean allocations[0].maxNodes?",
    ],
    [
      { lanes: { small: { cores: 1, minAtoms: 9, maxAtoms: 3 } } },
      'f: lanes.small: minAtoms is more than maxAtoms, so this lane would never take a record',
    ],
    [
      { lanes: { small: { cores: 1, minTime: '2h', maxTime: '1h' } } },
      'f: lanes.small: minTime is more than maxTime, so this lane would never take a record',
    ],
    [
      { lanes: { small: { cores: 1, elements: 'am' } } },
      'f: lanes.small.elements[0]: write the symbol of an element, such as U or Am',
    ],
    // A URL may hold a password.
    [{ redis: { url: ['redis://:secret@h'] } }, 'f: redis.url is text, or null, not what stands there'],
  ])('%j is explained', (raw, words) => {
    expect(refusal(raw)).toBe(words);
  });

  it('names every warning and the nearest one', () => {
    expect(refusal({ strict: ['instable'] })).toMatch(
      /^f: strict\[0\] is one of .*unstable, .*, not 'instable'\. Did you mean unstable\?$/,
    );
  });

  it('is one line for each, with its own place', () => {
    const { message } = catchError(() =>
      validateConfig({ campaign: '0a1b2c3d', node: { slots: 0, grac: 1 } }, (path) => path.join('/')),
    );
    expect(message.split('\n').map((line) => line.trim().split(':')[0])).toEqual(['node/slots', 'node/grac']);
  });
});

describe('findLine', () => {
  const text =
    'campaign: a\n# words\nnode:\n  slots: 4\n  keepEnvironment:\n    - A\n    - B\nallocations: { site: x }\n';

  it.each<[PropertyKey[], number | undefined]>([
    [['campaign'], 1],
    [['node'], 3],
    [['node', 'slots'], 4],
    [['node', 'keepEnvironment', 1], 7],
    [['node', 'grace'], 3],
    [['allocations', 0, 'site'], 8],
    [['jobRoot'], undefined],
  ])('%j stands in line %s', (path, line) => {
    expect(findLine(text, path)).toBe(line);
  });

  it('survives a file that is no map', () => {
    expect(findLine('- a\n', ['node', 'slots'])).toBeUndefined();
    expect(findLine('', ['node'])).toBeUndefined();
  });
});

describe('the nearest word', () => {
  it.each([
    ['slot', 'slots', 1],
    ['slost', 'slots', 1],
    ['', 'abc', 3],
    ['Grace', 'grace', 0],
    ['kitten', 'sitting', 3],
  ])('%s and %s are %i apart', (one, other, distance) => {
    expect(editDistance(one, other)).toBe(distance);
    expect(editDistance(other, one)).toBe(distance);
  });

  it.each([
    ['cores-per-slot', 'coresPerSlot'],
    ['gracee', 'grace'],
    ['walltime', undefined],
    ['xy', undefined],
  ])('%s means %s', (word, meant) => {
    expect(nearestWord(word, ['coresPerSlot', 'grace', 'slots'])).toBe(meant);
  });
});
