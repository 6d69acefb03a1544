import type { BoardActions, BoardChemistry } from '../board-ports.ts';
import type { CampaignSource } from '../campaign-source.ts';
import type { BoardGuard } from '../guard-board.ts';
import type { SharedPolls } from '../live/shared-poll.ts';
import type { Shell } from '../pages/page-shell.ts';
import type { QueueTrouble, QueueView } from '../read-queue.ts';
import type { RecordsView } from '../read-records.ts';

/** What all pages of a board have at hand. */
export interface PageContext {
  source: CampaignSource;
  shell: Shell;
  guard: BoardGuard;
  actions: BoardActions;
  chemistry: BoardChemistry;
  polls: SharedPolls;
  readQueue: () => Promise<QueueView | QueueTrouble>;
  readRecords: () => RecordsView;
}
