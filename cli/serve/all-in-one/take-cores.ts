import type { Config } from '../../../core/config/config.ts';
import type { Logger } from '../../../core/logger.ts';
import { claimCores } from '../../../consumer/cores/claim-cores.ts';
import { discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { chooseOwnCores } from '../../../consumer/cores/own-cores.ts';
import { pinProcess } from '../../../consumer/cores/pin-process.ts';
import { leaveScratch } from '../../../consumer/files/run-scratch.ts';

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Moves this process, with all that it starts, to cores of its own, and notes them where the consumer of this node looks: it cuts its
 * slots beside them if what it was asked for fits there.
 * @param wanted null: one core, or two of a large node
 * @returns gives them back
 */
export async function takeCores(
  { node }: Pick<Config, 'node'>,
  wanted: number | null,
  log: Logger,
): Promise<() => Promise<void>> {
  const { cores, areReserved } = chooseOwnCores(discoverCores(), wanted, node.reservedCores);
  if (cores.length === 0) return nothing;
  if (!(await pinProcess(cores))) {
    log.warn({ cores }, 'this process could not be pinned: it shares cores with the consumer of this node');
    return nothing;
  }
  log.info({ cores }, 'this process, its Redis and its pages have cores of their own');
  if (areReserved) return nothing;
  const claim = await claimCores([{ slot: 0, cores }], log, true);
  return async () => {
    await claim.giveBack();
    await leaveScratch();
  };
}
