import { renderTable } from '../../../cli/terminal/print.ts';
import type { TimedRun } from '../../../packing/predict/job-shape.ts';
import { numberFrom } from '../../../stand-in/chemistry/seeded-numbers.ts';
import type { Measurement } from '../figure.ts';
import { compareLaws } from '../prediction/compare-laws.ts';
import { readEngineTimes, readOrcaTimes } from '../prediction/read-timings.ts';

/** How far predicted times lie from real ones, on halves that were held out, beside two simple laws. */
export async function measurePrediction(): Promise<Measurement> {
  const orca = readOrcaTimes();
  const sets: [string, readonly TimedRun[]][] = [
    ['xtb, CPU time', readEngineTimes('xtb', 'cpu_seconds')],
    ['xtb, elapsed', readEngineTimes('xtb', 'seconds')],
    ['NWChem, CPU time', readEngineTimes('nwchem', 'cpu_seconds')],
    ['NWChem, elapsed', readEngineTimes('nwchem', 'seconds')],
    ...(orca === undefined ? [] : [['ORCA, published outputs', orca] as [string, readonly TimedRun[]]]),
    ["the stand-in's law, 1 to 10 s", standInTimes()],
  ];
  const compared = sets.map(([name, runs]) => ({ name, runs, laws: compareLaws(runs) }));
  const rows = compared.flatMap(({ name, runs, laws }) =>
    laws.map(({ law, medianFactor, p90Factor, predicted, keptUpper }, index) => [
      index === 0 ? name : '',
      index === 0 ? runs.filter(({ ending }) => ending === 'completed').length : '',
      law,
      medianFactor.toFixed(2),
      p90Factor.toFixed(2),
      `${Math.round(100 * predicted)} %`,
      keptUpper === null ? '' : `${(100 * keptUpper).toFixed(1)} %`,
    ]),
  );
  const head = [
    'times',
    'runs',
    'law',
    'half within a factor of',
    '90 % within',
    'predicted',
    'below the upper time',
  ];
  return {
    figures: compared.map(({ name, laws }) => ({
      what: `prediction: ${name}`,
      unit: 'median factor',
      value: laws[0]?.medianFactor ?? Number.NaN,
      floor: { what: 'power law in atoms', value: laws.at(-1)?.medianFactor ?? Number.NaN },
    })),
    notes: [
      `ten halvings of each set, learned from one half, judged on the other\n${renderTable(head, rows, [1, 3, 4, 5, 6])}`,
      ...(orca === undefined ? ['the published outputs are not on this machine: not measured'] : []),
    ],
  };
}

/** The stand-in draws its time by the text of the input, evenly between two bounds: nothing of a structure tells it. */
function standInTimes(): TimedRun[] {
  return Array.from({ length: 200 }, (_, index) => ({
    shape: {
      elements: Array.from({ length: 3 + (index % 38) }, () => 'O'),
      charge: 0,
      multiplicity: 1,
      recipe: 'omol',
      runType: 'gradient',
      cores: 8,
      doneShare: 0,
    },
    seconds: 1 + 9 * numberFrom(`structure ${index} seconds`),
    ending: 'completed',
  }));
}
