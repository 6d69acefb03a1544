// Runs what waits in a campaign on this machine, tells each ending, and prints the lowest energies.
// node run-and-read.mjs CAMPAIGN
import { openCampaign } from 'oact';

const campaign = await openCampaign({ directory: process.argv[2] ?? '.' });

const watching = (async () => {
  for await (const { id, name, outcome, failureClass, elapsedSeconds } of campaign.watch({ untilDone: true }))
    console.log(`${name ?? id}: ${outcome} ${failureClass ?? ''} after ${elapsedSeconds} s`);
})();
const report = await campaign.run({ slots: 2, coresPerSlot: 1 });
await watching;
console.log(`${report.completed} completed, ${report.failed} failed, ${report.timedOut} timed out`);

const energies = [];
for await (const { id, name, finalEnergyHartree, geometry } of campaign.results())
  energies.push({ record: name ?? id, hartree: finalEnergyHartree, atoms: geometry?.symbols.length });
energies.sort((a, b) => a.hartree - b.hartree);
console.table(energies.slice(0, 5));

await campaign.close();
