/** What commands that enqueue do with the learned times: longest first, and each job carries what it is expected to need. */
import { takeTurns } from '../../core/take-turns.ts';
import { measureShape } from '../../packing/predict/job-shape.ts';
import type { ExpectTimes } from '../../producer/enqueue.ts';
import type { Selection } from '../../producer/supply/selection.ts';
import { chunksOf } from '../../workflow/database/chunks-of.ts';
import { loadShapes } from '../../workflow/records/load-shapes.ts';
import type { Workflow } from '../../workflow/database/workflow.ts';
import type { CampaignTimes } from './campaign-times.ts';

/** Of more, those with the most atoms are arranged by time, and the rest stays as it is: 10⁶ rows must not be read for each refill. */
const mostArranged = 100_000;

/** What the payloads of these records carry. */
export const expectOf =
  (times: CampaignTimes): ExpectTimes =>
  (ids) =>
    new Map(
      [...times.predictAll(ids)].map(([id, { median, upper }]) => [
        id,
        { medianSeconds: median, upperSeconds: upper },
      ]),
    );

/** An order need not follow each fit: 100,000 records take 2 s of CPU to be weighed. */
const weighedForMs = 600_000;

/** Sorts by expected time, descending; without one, by the size of the calculation. What was weighed is remembered for a while. */
function arrangeOf(times: CampaignTimes, workflow: Workflow): (ids: number[]) => Promise<number[]> {
  let memory: { isKnown: boolean; untilMs: number; weights: Map<number, number> } | undefined;
  return async (ids) => {
    const turn = takeTurns();
    const { isKnown } = times.model();
    if (memory?.isKnown !== isKnown || performance.now() > memory.untilMs)
      memory = { isKnown, untilMs: performance.now() + weighedForMs, weights: new Map() };
    const { weights } = memory;
    const head = ids.slice(0, mostArranged);
    const unknown = head.filter((id) => !weights.has(id));
    for (const chunk of chunksOf(unknown)) {
      for (const record of loadShapes(workflow, chunk))
        weights.set(record.id, times.predict(record)?.median ?? sizeOf(record.elements));
      await turn();
    }
    const weightOf = (id: number): number => weights.get(id) ?? 0;
    head.sort((a, b) => weightOf(b) - weightOf(a));
    return head.length === ids.length ? head : head.concat(ids.slice(mostArranged));
  };
}

/** Less than any time in seconds, so that what nobody can predict comes last, the largest of it first. */
function sizeOf(elements: string | null): number {
  const measures =
    elements === null
      ? undefined
      : measureShape({
          elements: elements.split(';'),
          charge: 0,
          multiplicity: 1,
          recipe: '',
          runType: '',
          cores: null,
          doneShare: 0,
        });
  return measures === undefined ? 0 : measures.functions * 1e-9;
}

/** A selection that knows the times. @param wanted `--order`, where it was given; without it, longest first as soon as times are known */
export function arrangeSelection(
  selection: Selection,
  wanted: Selection['order'] | undefined,
  times: CampaignTimes,
  workflow: Workflow,
): Selection {
  const order =
    wanted ?? (selection.order !== 'longest' && times.model().isKnown ? 'longest' : selection.order);
  return order === 'longest'
    ? { ...selection, order, arrange: arrangeOf(times, workflow) }
    : { ...selection, order };
}
