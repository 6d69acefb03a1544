import type { Config } from '../../core/config/config.ts';
import type { Resources } from '../../orca/input/render-input.ts';

/** The slot that a printed input assumes where none is named; the real one is known only on the node. */
export function exampleSlot(config: Config): Resources {
  return { ranks: config.node.coresPerSlot ?? 16, maxCoreMb: 4000 };
}
