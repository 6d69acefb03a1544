// Puts waiting records on the queue in batches of 100 and lists the records that failed, by class: the counterpart of submit_batch_parsl().
// The campaign needs its Redis (oact redis start); consumers on nodes run the jobs.
// node enqueue-failed.mjs CAMPAIGN
import { openCampaign } from 'oact';

const campaign = await openCampaign({ directory: process.argv[2] ?? '.' });

for (;;) {
  const { queued, refused } = await campaign.enqueue({ batchSize: 100, timeLimitSeconds: 4 * 3600 });
  for (const { id, reason } of refused) console.log(`record ${id} cannot be computed: ${reason}`);
  console.log(`${queued} queued`);
  if (queued < 100) break;
}

const failed = new Map();
for await (const { failureClass } of campaign.records({ status: ['failed', 'timeout'] }))
  failed.set(failureClass, (failed.get(failureClass) ?? 0) + 1);
for (const [name, count] of failed) console.log(`${count} × ${name}`);

await campaign.close();
