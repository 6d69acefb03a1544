import { html, raw } from 'hono/html';
import type { AllocationRow } from '../../../workflow/allocations/allocations.ts';
import type { NodeHealth } from '../../../workflow/reports/list-node-health.ts';
import type { RunRow } from '../../../workflow/reports/list-runs.ts';
import { fitComposition } from '../../reading/views/fit-composition.ts';
import type { Kinds } from '../../reading/views/name-kinds.ts';
import type { ViewRange } from '../../reading/views/parse-range.ts';
import type { Named } from '../../reading/views/statistics.ts';
import { formatCount } from '../format-values.ts';
import { renderPage, type Html, type Shell } from '../page-shell.ts';
import { renderAllocationsTable } from './allocations-table.ts';
import { renderGantt } from './gantt.ts';
import { countSuccess, renderHeatMap } from './heat-map.ts';
import { renderHistogram } from './histogram.ts';
import { renderHoursSpent } from './hours-spent.ts';
import { measureSpeed, renderNodeHealth } from './node-health.ts';
import { renderTimeByAtoms } from './time-by-atoms.ts';

/** What the views are drawn from. */
export interface ViewsInput {
  range: ViewRange;
  by: 'charge' | 'ligands';
  /** The newest first. */
  runs: readonly RunRow[];
  /** How many ended in this time. */
  total: number;
  nodes: readonly NodeHealth[];
  allocations: readonly AllocationRow[];
  kindsOf: (elements: string | null) => Kinds | undefined;
}

/** Pictures of the campaign, over a stretch of time that can be marked in them. */
export function renderViews(shell: Shell, input: ViewsInput, formKey: string): Html {
  const { range, by, runs, total, nodes, allocations } = input;
  return renderPage(shell, {
    heading: 'Views',
    place: 'views',
    stream: null,
    scripts: ['views.js'],
    formKey,
    body: html`<h1>Views</h1>
      ${renderRangeLinks(range, by)}
      <p class="note">
        ${formatCount(total)} ${total === 1 ? 'run' : 'runs'} ended in this
        time${total > runs.length ? `; the pictures are of the newest ${formatCount(runs.length)}` : ''}.
        ${range.asked ? html`<a href="/jobs?ended=${range.asked.from}..${range.asked.to}&amp;sort=ended">Their jobs</a>.` : ''}
        Drag over a picture of time to look closer.
      </p>
      <div class="cards views">
        ${card('Slots over time', 'wide', renderGantt(runs, range))}
        ${card('Core-hours spent', '', renderHoursSpent(runs, range))}
        ${card('Time by size', '', renderTimeByAtoms(runs))}
        ${card(
          'Success',
          'wide',
          html`${renderSwitch(range, by)}${renderHeatMap(countSuccess(runs, by, input.kindsOf), by)}`,
        )}
        ${card(
          'Energy per atom, beyond composition',
          '',
          renderHistogram(fitComposition(runs), {
            unit: 'mEh per atom',
            digits: 2,
            none: 'Too few results for their number of elements.',
          }),
        )}
        ${card(
          'Largest gradient',
          '',
          renderHistogram(
            pick(runs, ({ maxGradient }) => maxGradient && Math.log10(Math.abs(maxGradient))),
            {
              unit: 'log10 of Eh/bohr',
              digits: 2,
              none: 'No result has a gradient.',
            },
          ),
        )}
        ${card('Nodes', 'wide', renderNodeHealth(nodes, measureSpeed(runs)))}
        ${card('Allocations', 'wide', renderAllocationsTable(allocations))}
      </div>`,
  });
}

function pick(runs: readonly RunRow[], read: (run: RunRow) => number | null): Named[] {
  return runs.flatMap((run) => {
    const value = run.outcome === 'completed' ? read(run) : null;
    return value === null || !Number.isFinite(value)
      ? []
      : [{ recordId: run.recordId, name: run.name, value }];
  });
}

const presets = [
  ['', 'Whole campaign'],
  ['1h', 'Last hour'],
  ['6h', '6 hours'],
  ['24h', '24 hours'],
  ['7d', '7 days'],
] as const;

const show = (moment: Date): string => moment.toISOString().slice(0, 19).replace('T', ' ');

function renderRangeLinks({ from, to, asked }: ViewRange, by: string): Html {
  return html`<nav class="ranges" aria-label="Time">
    ${presets.map(([last, name]) => {
      const query = new URLSearchParams({ ...(last !== '' && { last }), ...(by !== 'charge' && { by }) });
      const isHere = last === '' && asked === undefined;
      return html`<a
        href="/views${query.size === 0 ? '' : `?${query.toString()}`}"
        ${isHere ? raw('aria-current="true"') : ''}
        >${name}</a
      > `;
    })}
    <span class="note">${show(from)} to ${show(to)} UTC</span>
  </nav>`;
}

function renderSwitch({ asked }: ViewRange, by: string): Html {
  const to = (value: string, name: string): Html => {
    const query = new URLSearchParams({ ...asked, by: value });
    return html`<a href="/views?${query.toString()}" ${value === by ? raw('aria-current="true"') : ''}
      >${name}</a
    >`;
  };
  return html`<p class="ranges">
    ${to('charge', 'Metal and charge')} ${to('ligands', 'Metal and what stands around it')}
  </p>`;
}

function card(name: string, className: string, content: Html): Html {
  return html`<section class="card ${className}" aria-label="${name}">
    <h2>${name}</h2>
    ${content}
  </section>`;
}
