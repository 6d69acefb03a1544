/** Compiled, not run, by library.test.ts: as a user's program would use the types. */
import { type Campaign, openCampaign, type Result } from 'oact';

export async function energies(directory: string): Promise<Map<string, number>> {
  const campaign: Campaign = await openCampaign({ directory, settings: { orca: { path: '/opt/orca' } } });
  const found = new Map<string, number>();
  for await (const result of campaign.results({ ids: [1, 2] })) {
    const { name, id, finalEnergyHartree, gradient }: Result = result;
    found.set(name ?? String(id), finalEnergyHartree + (gradient?.[0]?.[0] ?? 0));
  }
  for await (const { failureClass } of campaign.records({ status: 'failed' }))
    found.set(failureClass ?? '', 0);
  // @ts-expect-error a status that there is not
  campaign.records({ status: 'done' });
  await campaign.close();
  return found;
}
