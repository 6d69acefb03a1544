import { expect } from 'vitest';
import { cutSlots } from '../../../consumer/cores/cut-slots.ts';
import { discoverCores } from '../../../consumer/cores/discover-cores.ts';
import { formatCpuList } from '../../../consumer/cores/parse-cpu-list.ts';
import { findVariable, readProcessTable } from '../../support/machine/process-table.ts';
import { readRanks } from '../../support/schedulers/read-ranks.ts';
import type { ScheduledCampaign } from './scheduled-campaign.ts';

/** Waits for two ranks in each of two slots on two nodes, and looks where the kernel lets them run. */
export async function expectRanksInTheirSlots(campaign: ScheduledCampaign): Promise<void> {
  const slots = cutSlots(discoverCores(), { slots: 2, coresPerSlot: 1, reserveCores: 0 });
  const perNode = slots.flatMap(({ slot, cores }) => {
    const place = `${slot}: ${formatCpuList(cores)}`;
    return [place, place];
  });
  const livePlaces = (): Record<string, string[]> => {
    const table = readProcessTable();
    const nodeOf = new Map(campaign.processes().map(({ pid, node }) => [pid, node]));
    const places: Record<string, string[]> = {};
    for (const { pid } of readRanks(campaign.dir)) {
      const mask = table.get(pid)?.mask;
      if (mask === undefined) continue;
      (places[nodeOf.get(pid) ?? 'nowhere'] ??= []).push(`${findVariable(pid, 'OACT_SLOT', table)}: ${mask}`);
    }
    for (const ofNode of Object.values(places)) ofNode.sort();
    return places;
  };
  await expect.poll(livePlaces, { timeout: 90_000, interval: 200 }).toEqual({ n1: perNode, n2: perNode });
  expect(readRanks(campaign.dir).flatMap(({ leakedVariables }) => leakedVariables)).toEqual([]);
}
