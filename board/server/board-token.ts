import { join } from 'node:path';
import { ensureSecret } from '../../core/config/secret-file.ts';

/** Where a campaign keeps the token that opens its board. */
export function boardTokenPath(campaignDir: string): string {
  return join(campaignDir, '.oact', 'board.token');
}

/**
 * The token that opens the board, made at the first call, in a file that only its owner may read.
 * @throws OactError SECRET_EXPOSED, FILE_UNREADABLE
 */
export function ensureToken(campaignDir: string): string {
  return ensureSecret(boardTokenPath(campaignDir));
}
