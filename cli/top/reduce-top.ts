/** What a key means, in whatever `oact top` shows. Pure: what has to be done outside is said, not done. */
import { shortIdOf } from '../node/choose-consumers.ts';
import { cursorIndex, listRows, type TopRow } from './list-rows.ts';
import type { TopAction, TopState } from './top-state.ts';

/** What a key asks for beside another picture. */
export type TopEffect = { kind: 'quit' } | { kind: 'act'; action: TopAction } | { kind: 'look' };

export interface TopStep {
  state: TopState;
  effect: TopEffect | null;
}

const stay = (state: TopState): TopStep => ({ state, effect: null });

/** @param page rows that a page key moves by */
export function reduceKey(state: TopState, key: string, page: number): TopStep {
  if (key === 'ctrl-c') return { state, effect: { kind: 'quit' } };
  if (state.question !== null) return answer(state, state.question, key);
  if (state.isTyping) return stay(typeFilter(state, key));
  const quiet: TopState = { ...state, message: null };
  if (key === 'q' || key === 'Q') return { state: quiet, effect: { kind: 'quit' } };
  if (key === '?')
    return stay({ ...quiet, view: state.view.kind === 'help' ? { kind: 'list' } : { kind: 'help' } });
  if (state.view.kind === 'help') return stay({ ...quiet, view: { kind: 'list' } });
  if (state.view.kind === 'job') return inJob(quiet, state.view.recordId, key);
  return inList(quiet, key, page);
}

/** Only y does it: a key that was meant for something else must do no harm. */
function answer(state: TopState, action: TopAction, key: string): TopStep {
  const next: TopState = { ...state, question: null };
  if (key === 'y' || key === 'Y') return { state: next, effect: { kind: 'act', action } };
  return stay({ ...next, message: 'Nothing was changed.' });
}

function typeFilter(state: TopState, key: string): TopState {
  if (key === 'enter') return { ...state, isTyping: false };
  if (key === 'escape') return { ...state, isTyping: false, filter: '' };
  if (key === 'ctrl-u') return { ...state, filter: '' };
  if (key === 'backspace') return { ...state, filter: state.filter.replace(/.$/su, '') };
  // Names of keys are longer than what they type.
  return /^.$/su.test(key) ? { ...state, filter: state.filter + key } : state;
}

function inJob(state: TopState, recordId: number, key: string): TopStep {
  if (['escape', 'enter', 'left', 'backspace'].includes(key))
    return { state: { ...state, view: { kind: 'list' } }, effect: { kind: 'look' } };
  if (key === 'x') return stay({ ...state, question: { kind: 'cancel', recordId } });
  return key === 'r' ? stay({ ...state, question: { kind: 'requeue', recordId } }) : stay(state);
}

function inList(state: TopState, key: string, page: number): TopStep {
  const rows = listRows(state);
  const index = cursorIndex(rows, state.cursor);
  const row = rows[index];
  const target = moveOf(key, index, rows.length, page);
  if (target !== undefined) return stay(moveTo(state, rows, target));
  if (key === '/') return stay({ ...state, isTyping: true });
  if (key === 'escape') return stay({ ...state, filter: '' });
  if (key === 'f') return stay(foldAll(state, rows, index));
  if (row === undefined) return stay(state);
  const here: TopState = { ...state, cursor: { key: row.key, index } };
  if (key === 'enter') return row.kind === 'node' ? stay(fold(here, row.consumer.id)) : openJob(here, row);
  if (key === 'left' || key === 'right' || key === 'tab') return stay(foldAt(here, rows, row, key));
  if (key === 'x' || key === 'd' || key === 'r') return stay(ask(here, row, key));
  return stay(here);
}

function moveOf(key: string, index: number, count: number, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    up: index - 1,
    k: index - 1,
    down: index + 1,
    j: index + 1,
    'page-up': index - page,
    b: index - page,
    'page-down': index + page,
    ' ': index + page,
    home: 0,
    g: 0,
    end: count - 1,
    G: count - 1,
  };
  return steps[key];
}

function moveTo(state: TopState, rows: readonly TopRow[], wanted: number): TopState {
  const index = Math.max(0, Math.min(rows.length - 1, wanted));
  return { ...state, cursor: { key: rows[index]?.key ?? '', index } };
}

function openJob(state: TopState, row: Exclude<TopRow, { kind: 'node' }>): TopStep {
  if (row.recordId === null) return stay(state);
  const view = { kind: 'job', recordId: row.recordId, detail: null } as const;
  return { state: { ...state, view }, effect: { kind: 'look' } };
}

function fold(state: TopState, consumerId: string): TopState {
  const folded = new Set(state.folded);
  if (!folded.delete(consumerId)) folded.add(consumerId);
  return { ...state, folded };
}

/** Left on a job closes its node, and the cursor goes there. */
function foldAt(state: TopState, rows: readonly TopRow[], row: TopRow, key: string): TopState {
  if (row.kind === 'failure') return state;
  const isFolded = state.folded.has(row.consumer.id);
  const isWanted = key === 'tab' ? !isFolded : key === 'left';
  if (isWanted === isFolded) return state;
  const nodeKey = `node ${row.consumer.id}`;
  const index = rows.findIndex((one) => one.key === nodeKey);
  return { ...fold(state, row.consumer.id), cursor: { key: nodeKey, index } };
}

function foldAll(state: TopState, rows: readonly TopRow[], index: number): TopState {
  const ids = state.snapshot.consumers.map(({ id }) => id);
  const isOpen = ids.some((id) => !state.folded.has(id));
  const row = rows[index];
  const next = { ...state, folded: new Set(isOpen ? ids : []) };
  return row?.kind === 'job' ? { ...next, cursor: { key: `node ${row.consumer.id}`, index } } : next;
}

function ask(state: TopState, row: TopRow, key: 'x' | 'd' | 'r'): TopState {
  if (key === 'd') {
    if (row.kind === 'failure') return { ...state, message: 'd drains a node: move the cursor to one.' };
    const { consumer } = row;
    const isAlone = state.snapshot.consumers.filter(({ node }) => node === consumer.node).length === 1;
    const name = isAlone ? consumer.node : shortIdOf(consumer);
    return { ...state, question: { kind: 'drain', consumerId: consumer.id, name } };
  }
  if (row.kind === 'node' || row.recordId === null)
    return { ...state, message: `${key} needs a job: move the cursor to one.` };
  if (key === 'x') {
    return row.kind === 'failure'
      ? { ...state, message: `Record ${row.recordId} has ended: there is nothing to cancel.` }
      : { ...state, question: { kind: 'cancel', recordId: row.recordId } };
  }
  return row.kind === 'job'
    ? { ...state, message: `Record ${row.recordId} runs: only one that has ended can be requeued.` }
    : { ...state, question: { kind: 'requeue', recordId: row.recordId } };
}
