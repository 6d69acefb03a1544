import { describe, expect, it } from 'vitest';
import { type CampaignHome, decideHome, parseHome } from '../../core/campaign-home.ts';

const home = (changes: Partial<CampaignHome> = {}): CampaignHome => ({
  path: '/c/workflow.db',
  dev: '1',
  ino: '10',
  node: 'login1',
  ...changes,
});
const elsewhere = home({ path: '/copy/workflow.db', ino: '11' });
const nothing = { home: undefined, isSameCampaign: null };

describe('decideHome', () => {
  it.each([
    ['the first claim', undefined, home(), nothing, 'moved'],
    ['its own place', home(), home(), { home: home(), isSameCampaign: true }, 'own'],
    [
      'a backup restored in its place',
      home(),
      home({ ino: '12' }),
      { home: home({ ino: '12' }), isSameCampaign: true },
      'moved',
    ],
    ['a copy', home(), elsewhere, { home: home(), isSameCampaign: true }, 'copy'],
    [
      'a copy, seen by a node that opens no database',
      home(),
      elsewhere,
      { home: home(), isSameCampaign: null },
      'copy',
    ],
    ['a moved directory', home(), elsewhere, nothing, 'moved'],
    [
      'moved, and another campaign at its old place',
      home(),
      elsewhere,
      { home: home({ ino: '30' }), isSameCampaign: false },
      'moved',
    ],
    [
      'moved, as a node sees it',
      home(),
      elsewhere,
      { home: home({ ino: '30' }), isSameCampaign: null },
      'moved',
    ],
    [
      'copied, and the original restored from a backup',
      home(),
      elsewhere,
      { home: home({ ino: '30' }), isSameCampaign: true },
      'copy',
    ],
    // The same file below another mount point.
    [
      'a bind mount',
      home(),
      home({ path: '/mnt/workflow.db' }),
      { home: home(), isSameCampaign: null },
      'own',
    ],
    [
      'an automounter of another node',
      home(),
      home({ path: '/net/workflow.db', dev: '7', node: 'n1' }),
      nothing,
      'own',
    ],
  ] as const)('%s', (_, claimed, here, at, decided) => {
    expect(decideHome(claimed, here, at)).toBe(decided);
  });
});

describe('parseHome', () => {
  it('reads what a later version may have added to, and nothing else', () => {
    expect(parseHome(JSON.stringify({ ...home(), more: 1 }))).toEqual(home());
    for (const text of [null, undefined, '', '{}', 'x']) expect(parseHome(text)).toBeUndefined();
  });
});
