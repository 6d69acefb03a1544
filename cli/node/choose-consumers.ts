import type { KnownConsumer } from '../../core/progress/consumer-registry.ts';
import { OactError } from '../../core/errors.ts';

/** The last part of a consumer's id, which is enough to name it. */
export function shortIdOf({ id }: Pick<KnownConsumer, 'id'>): string {
  return id.slice(id.lastIndexOf(':') + 1);
}

/**
 * The consumers that a user means: those on the named nodes, those named by id, or all. Only those that have not ended;
 * a silent one hears of it if it ever comes back.
 * @throws OactError USAGE; CONSUMER_NOT_FOUND, which names those that are known
 */
export function chooseConsumers(
  consumers: readonly KnownConsumer[],
  wanted: { names: readonly string[]; all: boolean },
): KnownConsumer[] {
  if (wanted.all === wanted.names.length > 0) {
    throw new OactError('USAGE', 'no consumers are given: name nodes or ids, or use --all', {
      hint: 'oact consumer list shows all consumers.',
    });
  }
  const drainable = consumers.filter(({ state }) => state !== 'ended');
  if (wanted.all) return drainable;
  const unknown = wanted.names.filter((name) => !drainable.some((consumer) => isCalled(consumer, name)));
  if (unknown.length > 0) {
    const ended = consumers.filter((consumer) => unknown.some((name) => isCalled(consumer, name)));
    throw new OactError('CONSUMER_NOT_FOUND', `no consumer runs as ${unknown.join(', ')}`, {
      hint: [...ended.map(describeEnd), describeKnown(drainable)].join(' '),
    });
  }
  return drainable.filter((consumer) => wanted.names.some((name) => isCalled(consumer, name)));
}

function isCalled(consumer: KnownConsumer, name: string): boolean {
  return name === consumer.node || name === consumer.id || name === shortIdOf(consumer);
}

function describeEnd({ node, seenAt, reason }: KnownConsumer): string {
  return `The consumer on ${node} ended at ${seenAt} (${reason}).`;
}

function describeKnown(drainable: readonly KnownConsumer[]): string {
  const nodes = [...new Set(drainable.map(({ node }) => node))];
  return nodes.length === 0 ? 'No consumer runs.' : `There are consumers on ${nodes.join(', ')}.`;
}
