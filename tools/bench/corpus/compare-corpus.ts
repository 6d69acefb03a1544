import { describeVerdict, type OutputVerdict } from '../../../orca/verdict/describe-verdict.ts';
import { createOutputReader, type OutputFacts } from '../../../orca/output/read-output.ts';
import type { CorpusEntry } from './read-corpus.ts';

type Value = string | number | null;

/** A column of the index, and what oact reads instead. */
interface Column {
  readonly name: string;
  readonly readAs: (facts: OutputFacts, verdict: OutputVerdict) => Value;
  /** The cell in the words of `readAs`. */
  readonly expect: (cell: string) => Value;
}

export interface Comparison {
  readonly file: string;
  readonly column: string;
  readonly expected: Value;
  readonly read: Value;
}

/**
 * The outcomes of the index in the words of oact: a success has no class, the failure classes are those of the
 * taxonomy, and a normal end without a usable result is a failure by what is wrong with it (orca.md §3).
 */
const classOf: Readonly<Record<string, string | null>> = {
  ok: null,
  ok_subjob: 'subjob',
  ok_zero_energy: 'result_missing',
  ok_suspicious: 'suspicious_result',
};

const word = (cell: string): Value => (cell === '' ? null : cell);
const number = (cell: string): Value => (cell === '' ? null : Number(cell));
const squeeze = (text: string): string => text.replaceAll(/[!\s]+/g, ' ').trim();

export const columns: readonly Column[] = [
  {
    name: 'outcome',
    readAs: (_, verdict) => verdict.class,
    expect: (cell) => (cell in classOf ? (classOf[cell] ?? null) : cell),
  },
  { name: 'ends_normally', readAs: (facts) => (facts.endedNormally ? 'yes' : 'no'), expect: word },
  { name: 'orca_version', readAs: (_, { version }) => version, expect: word },
  { name: 'kind', readAs: (_, { kind }) => kind, expect: word },
  { name: 'energy_eh', readAs: (_, verdict) => verdict.finalEnergyHartree, expect: number },
  { name: 'n_energies', readAs: (facts) => facts.energyCount, expect: number },
  { name: 'scf_iters_last', readAs: (facts) => facts.lastScfCycles, expect: number },
  { name: 'opt_cycles', readAs: (_, { optCycles }) => optCycles, expect: number },
  { name: 'charge', readAs: (_, { charge }) => charge, expect: number },
  { name: 'mult', readAs: (_, { multiplicity }) => multiplicity, expect: number },
  { name: 'natoms', readAs: (_, { natoms }) => natoms, expect: number },
  { name: 'nprocs', readAs: (_, { ranks }) => ranks, expect: number },
  { name: 'nprocs_requested', readAs: (facts) => facts.requestedRanks, expect: number },
  { name: 'maxcore_mb', readAs: (facts) => facts.maxCoreMb, expect: number },
  { name: 's2', readAs: (_, { s2 }) => s2, expect: number },
  { name: 'max_gradient', readAs: (_, { maxGradient }) => maxGradient, expect: number },
  { name: 'runtime_s', readAs: (_, { runTimeSeconds }) => runTimeSeconds, expect: number },
  { name: 'keywords', readAs: (facts) => squeeze(facts.keywords ?? ''), expect: squeeze },
];

/** Every cell of one output's row beside what oact reads. */
export function compareOutput({ name, bytes, truth }: CorpusEntry): Comparison[] {
  const reader = createOutputReader();
  reader.push(bytes);
  const facts = reader.finish();
  const verdict = describeVerdict(name, facts, '');
  return columns.map((column) => ({
    file: name,
    column: column.name,
    expected: column.expect(truth[column.name] ?? ''),
    read: column.readAs(facts, verdict),
  }));
}

/** -0 is 0. */
export function isHit({ expected, read }: Comparison): boolean {
  return expected === read;
}
