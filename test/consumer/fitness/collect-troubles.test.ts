import { expect, it } from 'vitest';
import { collectTroubles } from '../../../consumer/fitness/collect-troubles.ts';

it('names all troubles in one sentence, and each source changes only its own', () => {
  const said: (string | null)[] = [];
  const note = collectTroubles({ pinning: 'not pinned' }, (why) => said.push(why));
  note({ node: 'scratch is full' });
  note({ masks: 'ranks are elsewhere' });
  note({ node: null });
  note({ masks: null, pinning: null });
  expect(said).toEqual([
    'not pinned',
    'scratch is full; not pinned',
    'scratch is full; ranks are elsewhere; not pinned',
    'ranks are elsewhere; not pinned',
    null,
  ]);
});
