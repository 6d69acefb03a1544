import { setTimeout as delay } from 'node:timers/promises';
import type { BenchContext } from '../bench-context.ts';
import type { Measurement } from '../figure.ts';
import { makeCampaign } from '../campaign/make-campaign.ts';
import { openQueue } from '../campaign/open-queue.ts';
import { readCpuUse, readResidentMb } from '../timing/read-process.ts';
import { startConsumer } from '../campaign/run-pipeline.ts';
import { runOact } from '../campaign/start-oact.ts';
import { writeProgram } from '../campaign/write-program.ts';

const slots = 8;
const sampleMs = 1000;
/** What the starts themselves leave to do (garbage, timers) is over by then. */
const calmMs = 3000;

/** A consumer while its jobs run: it takes their memory and their cores' time. */
export async function measureIdleConsumer(context: BenchContext): Promise<Measurement> {
  const seconds = context.isQuick ? 3 : 60;
  const campaign = await makeCampaign(context.dir, slots);
  const { queue, close } = await openQueue(context, campaign.campaignId);
  const consumer = startConsumer(context, campaign, {
    slots,
    program: writeProgram(context.dir, ['exec sleep 600']),
  });
  await consumer.says('consumer started');
  await runOact(context, ['enqueue', '-C', campaign.dir, '--batch-size', String(slots)]);
  while ((await queue.getActiveCount()) < slots) await delay(100);
  await delay(calmMs);

  const before = readCpuUse(consumer.pid).own;
  const beginMs = performance.now();
  const resident: number[] = [];
  while (performance.now() - beginMs < seconds * 1000) {
    await delay(sampleMs);
    resident.push(readResidentMb(consumer.pid));
  }
  const share = (readCpuUse(consumer.pid).own - before) / ((performance.now() - beginMs) / 1000);
  await consumer.stop();
  await close();
  return {
    figures: [
      {
        what: `consumer, ${slots} jobs asleep: memory`,
        unit: 'MB',
        value: Math.max(...resident),
        target: { atMost: 100 },
      },
      {
        what: `consumer, ${slots} jobs asleep: CPU`,
        unit: '% of a core',
        value: 100 * share,
        target: { atMost: 0.3 },
      },
    ],
    notes: [`over ${seconds} s; the kernel counts CPU in steps of 10 ms`],
  };
}
