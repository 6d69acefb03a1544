import type { BoardActions, BoardChemistry, Explanation } from '../server/board-ports.ts';
import type { CampaignSource } from '../reading/campaign-source.ts';
import type { BoardGuard } from '../server/guard-board.ts';
import type { SharedPolls } from '../live/shared-poll.ts';
import type { Shell } from '../pages/page-shell.ts';
import type { QueueTrouble, QueueView } from '../reading/read-queue.ts';
import type { RecordsView } from '../reading/read-records.ts';

/** What all pages of a board have at hand. */
export interface PageContext {
  source: CampaignSource;
  shell: Shell;
  guard: BoardGuard;
  actions: BoardActions;
  chemistry: BoardChemistry;
  polls: SharedPolls;
  explain: (recordId: number) => Promise<Explanation | null>;
  readQueue: () => Promise<QueueView | QueueTrouble>;
  readRecords: () => RecordsView;
}
