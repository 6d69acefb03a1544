/** What `oact top` knows and shows at one moment. Keys and news change it in `reduce-top.ts`; `render-screen.ts` draws it. */
import type { Curves } from '../../core/progress/job-curves.ts';
import type { RecordView } from '../../workflow/lookup/show-record.ts';
import type { Snapshot } from './read-snapshot.ts';

/** What a user may ask for; each is asked back before it is done. */
export type TopAction =
  | { kind: 'cancel'; recordId: number }
  | { kind: 'requeue'; recordId: number }
  | { kind: 'drain'; consumerId: string; name: string };

/** One job as its own view shows it. */
export interface JobDetail {
  record: RecordView;
  /** The last lines of the newest output; empty: there is none. */
  tail: string[];
  /** null: there is no output. */
  curves: Curves | null;
}

/** What fills the screen. */
type TopView =
  { kind: 'list' } | { kind: 'help' } | { kind: 'job'; recordId: number; detail: JobDetail | null };

export interface TopState {
  snapshot: Snapshot;
  /** Why the last look failed; null: it did not. */
  trouble: string | null;
  view: TopView;
  /** The row under the cursor, and where it stood: rows come and go. */
  cursor: { key: string; index: number };
  /** Consumers that take one line only, by id. */
  folded: ReadonlySet<string>;
  filter: string;
  /** Whether keys go into the filter. */
  isTyping: boolean;
  /** What is waiting for y; null: nothing. */
  question: TopAction | null;
  /** What happened last; null: nothing to say. */
  message: string | null;
}

export function startState(snapshot: Snapshot): TopState {
  return {
    snapshot,
    trouble: null,
    view: { kind: 'list' },
    cursor: { key: '', index: 0 },
    folded: new Set(),
    filter: '',
    isTyping: false,
    question: null,
    message: null,
  };
}

/** The command that does the same, as a user would type it. */
export function commandOf(action: TopAction): string {
  if (action.kind === 'drain') return `oact consumer drain ${action.name}`;
  return `oact ${action.kind} ${action.recordId}`;
}
