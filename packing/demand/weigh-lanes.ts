/** What a job counts in slots of the smallest lane: consumers with lanes announce how many of those they have room for. */
import type { Lanes } from '../../core/config/lane-settings.ts';
import { sizeOfElement } from '../predict/element-sizes.ts';
import { chooseLane } from '../lanes/choose-lane.ts';

/** A waiting record, as the table tells of it. */
export interface WaitingShape {
  elements: readonly string[];
  charge: number;
  recipe: string;
  /** null: nobody knows. */
  expectedSeconds: number | null;
}

/** 1 without lanes; 0 for a record that no lane takes. */
export function weighInLanes(lanes: Lanes, record: WaitingShape): number {
  const sizes = Object.values(lanes).map(({ cores }) => cores);
  if (sizes.length === 0) return 1;
  const total = (of: 'protons' | 'functions'): number =>
    record.elements.reduce((sum, symbol) => sum + (sizeOfElement(symbol)?.[of] ?? 0), 0);
  const { lane } = chooseLane(
    lanes,
    {
      atoms: record.elements.length,
      electrons: total('protons') - record.charge,
      basisFunctions: total('functions'),
      elements: new Set(record.elements),
      recipe: record.recipe,
      expectedSeconds: record.expectedSeconds,
      needsMoreMemory: false,
    },
    null,
  );
  const cores = lane === null ? 0 : (lanes[lane]?.cores ?? 0);
  return cores / Math.min(...sizes);
}
