// Claims every waiting record in small pieces, in an order of its own, and prints the job ids it got. It
// says "ready", and begins when its stdin ends, so that several of them run at the same time.
// usage: node claim-all.mjs DATABASE
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { claimJobs } from '../../../dist/workflow/attempts/claim-jobs.js';
import { openWorkflow } from '../../../dist/workflow/database/open-workflow.js';

const workflow = openWorkflow(process.argv[2]);
const ids = workflow.db.prepare('select id from structures order by random()').pluck().all();
process.stdout.write('ready\n');
process.stdin.resume();
await once(process.stdin, 'end');
const jobIds = [];
for (let start = 0; start < ids.length; start += 5) {
  const claims = claimJobs(workflow, { ids: ids.slice(start, start + 5), batchId: 1 });
  jobIds.push(...claims.map((claim) => claim.jobId));
  // SQLite's lock is not fair: without a pause one process may take everything before the other wakes up.
  await setTimeout(Math.random() * 10);
}
process.stdout.write(`${JSON.stringify(jobIds)}\n`);
