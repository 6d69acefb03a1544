import { describe, expect, it } from 'vitest';
import { listRows } from '../../../cli/top/list-rows.ts';
import { reduceKey, type TopEffect } from '../../../cli/top/reduce-top.ts';
import { startState, type TopState } from '../../../cli/top/top-state.ts';
import { aSnapshot } from './a-snapshot.ts';

// Rows: n1, 11, 12, n2, 21, 22, n3, 31, 32, failure 99.
const press = (keys: readonly string[], from: TopState = startState(aSnapshot(3))) => {
  const effects: TopEffect[] = [];
  let state = from;
  for (const key of keys) {
    const step = reduceKey(state, key, 4);
    state = step.state;
    if (step.effect !== null) effects.push(step.effect);
  }
  return { state, effects };
};

describe('the cursor', () => {
  it.each<[string[], string]>([
    [['down'], 'job c11-a1'],
    [['j', 'j', 'k'], 'job c11-a1'],
    [['up'], 'node n1:4711:00000001'],
    [['page-down'], 'job c21-a1'],
    [[' ', ' ', ' ', ' '], 'failure 99'],
    [['G'], 'failure 99'],
    [['G', 'g', 'down', 'down'], 'job c12-a1'],
    [['end', 'page-up'], 'job c22-a1'],
    // A burst loses nothing.
    [Array.from({ length: 5 }, () => 'down'), 'job c22-a1'],
  ])('after %j stands on %s', (keys, row) => {
    expect(press(keys).state.cursor.key).toBe(row);
  });

  it('stays on its row when rows above it go, and in its place when its own goes', () => {
    const { state } = press(['G', 'up']);
    expect(state.cursor).toEqual({ key: 'job c32-a1', index: 8 });
    const less = { ...state, snapshot: aSnapshot(3, { consumers: aSnapshot(3).consumers.slice(2) }) };
    expect(press(['up'], less).state.cursor.key).toBe('job c31-a1');
    const gone = { ...state, snapshot: aSnapshot(1) };
    expect(press(['x'], gone).state.message).toMatch(/Record 99 has ended/);
  });
});

describe('what is asked', () => {
  it.each<[string[], TopState['question']]>([
    [['down', 'x'], { kind: 'cancel', recordId: 11 }],
    [['G', 'r'], { kind: 'requeue', recordId: 99 }],
    [['d'], { kind: 'drain', consumerId: 'n1:4711:00000001', name: 'n1' }],
    [['down', 'down', 'd'], { kind: 'drain', consumerId: 'n1:4711:00000001', name: 'n1' }],
    [['down', 'enter', 'x'], { kind: 'cancel', recordId: 11 }],
    [['G', 'enter', 'r'], { kind: 'requeue', recordId: 99 }],
    [['x'], null],
    [['down', 'r'], null],
    [['G', 'd'], null],
  ])('%j asks %j', (keys, question) => {
    const { state, effects } = press(keys);
    expect(state.question).toEqual(question);
    expect(effects.filter(({ kind }) => kind === 'act')).toEqual([]);
    // Who asked in vain reads why.
    expect(state.message === null).toBe(question !== null);
  });

  it.each(['n', 'enter', 'escape', 'q', ' ', 'x'])('%s does nothing', (key) => {
    const { state, effects } = press(['down', 'x', key]);
    expect([state.question, state.message, effects]).toEqual([null, 'Nothing was changed.', []]);
  });

  it('y does it, once', () => {
    const { state, effects } = press(['down', 'x', 'y', 'y']);
    expect(effects).toEqual([{ kind: 'act', action: { kind: 'cancel', recordId: 11 } }]);
    expect(state.question).toBeNull();
  });

  it('a node with two consumers is drained by id', () => {
    const snapshot = aSnapshot(2);
    const [first, second] = snapshot.consumers;
    const twins = {
      ...snapshot,
      consumers: [first, second].flatMap((one) => (one ? [{ ...one, node: 'n1' }] : [])),
    };
    expect(press(['d'], startState(twins)).state.question).toMatchObject({ name: '00000001' });
  });
});

describe('views', () => {
  it('Enter opens a job, Esc leaves it, and q quits from anywhere', () => {
    const opened = press(['down', 'enter']);
    expect(opened.state.view).toEqual({ kind: 'job', recordId: 11, detail: null });
    expect(opened.effects).toEqual([{ kind: 'look' }]);
    expect(press(['escape'], opened.state).state.view.kind).toBe('list');
    expect(press(['q'], opened.state).effects).toEqual([{ kind: 'quit' }]);
    expect(press(['?', 'q']).effects).toEqual([{ kind: 'quit' }]);
    expect(press(['?', 'a']).state.view.kind).toBe('list');
    expect(press(['/', 'ctrl-c']).effects).toEqual([{ kind: 'quit' }]);
  });

  it('nodes fold to one line', () => {
    expect(listRows(press(['enter']).state).map(({ key }) => key)).not.toContain('job c11-a1');
    const { state } = press(['down', 'down', 'left']);
    expect(state.cursor.key).toBe('node n1:4711:00000001');
    expect(listRows(press(['right'], state).state)).toHaveLength(10);
    const all = press(['down', 'f']).state;
    expect(listRows(all).map(({ kind }) => kind)).toEqual(['node', 'node', 'node', 'failure']);
    expect(all.cursor.key).toBe('node n1:4711:00000001');
    expect(listRows(press(['f'], all).state)).toHaveLength(10);
  });

  it.each([
    ['n2', ['n2', '21', '22']],
    ['URANYL', ['n1', '11']],
    ['Np', ['n1', '12', 'n2', '22', 'n3', '32']],
    ['scf_not', ['99']],
    ['qqq', []],
  ])('/%s shows %j', (filter, expected) => {
    const { state, effects } = press(['/', ...filter.split(''), 'enter']);
    const shown = listRows(state).map((row) =>
      row.kind === 'node' ? row.consumer.node : String(row.recordId),
    );
    expect([shown, effects]).toEqual([expected, []]);
  });

  it('the filter is typed, corrected and cleared', () => {
    const typed = press(['/', 'n', 'x', 'backspace', '2', 'up']).state;
    expect(typed).toMatchObject({ filter: 'n2', isTyping: true });
    expect(press(['escape'], typed).state).toMatchObject({ filter: '', isTyping: false });
    expect(press(['enter', 'escape'], typed).state.filter).toBe('');
  });
});
