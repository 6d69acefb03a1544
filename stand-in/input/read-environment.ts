import { dialectOf } from '../output/dialect.ts';
import { type FailureOrder, parseFailureOrder } from '../failures/failure-order.ts';

/**
 * What the environment asks of the stand-in:
 * `OACT_STANDIN_VERSION` the version it prints; `OACT_STANDIN_SECONDS` its wall time, a number or `lo-hi`
 * (then chosen by the input); `OACT_STANDIN_FAIL` one order for every run (failure-order.ts); `OACT_STANDIN_PLAN` a JSON
 * file of rules per job (choose-misbehaviour.ts); `OACT_STANDIN_MPI=1` ranks by the real mpirun of PATH;
 * `OACT_STANDIN_BURN=1` ranks that use their core; `OACT_STANDIN_STUBBORN=1` driver and ranks that ignore SIGTERM.
 */
export interface Environment {
  version: string;
  seconds: SecondsRange;
  failure: FailureOrder | undefined;
  planFile: string | undefined;
  usesMpirun: boolean;
  burnsCpu: boolean;
  isStubborn: boolean;
}

export interface SecondsRange {
  low: number;
  high: number;
}

const defaultSeconds = '2';

/** Throws an Error that names the variable when a value cannot be understood. */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const isSet = (name: string): boolean => ![undefined, '', '0'].includes(variables[name]);
  const version = variables['OACT_STANDIN_VERSION'] || '6.1.0';
  // Throws for a version that cannot be imitated.
  dialectOf(version);
  return {
    version,
    seconds: parseSeconds(variables['OACT_STANDIN_SECONDS'] || defaultSeconds),
    failure: parseFailure(variables['OACT_STANDIN_FAIL'] || undefined),
    planFile: variables['OACT_STANDIN_PLAN'] || undefined,
    usesMpirun: isSet('OACT_STANDIN_MPI'),
    burnsCpu: isSet('OACT_STANDIN_BURN'),
    isStubborn: isSet('OACT_STANDIN_STUBBORN'),
  };
}

function parseFailure(text: string | undefined): FailureOrder | undefined {
  try {
    return text === undefined ? undefined : parseFailureOrder(text);
  } catch (error) {
    throw new Error(`OACT_STANDIN_FAIL=${text}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function parseSeconds(text: string): SecondsRange {
  const match = /^(\d*\.?\d+)(?:-(\d*\.?\d+))?$/.exec(text.trim());
  const low = Number(match?.[1]);
  const high = Number(match?.[2] ?? match?.[1]);
  if (match === null || high < low) {
    throw new Error(`OACT_STANDIN_SECONDS=${text} is not a number or lo-hi, for example 2 or 0.5-3`);
  }
  return { low, high };
}

/** Variables of an allocation or of another MPI run that must not reach ORCA; tuning of Open MPI may. */
export function findLeakedVariables(variables: NodeJS.ProcessEnv): string[] {
  const harmless =
    /^(OMPI_MCA_(btl|pml|plm|ras|rmaps|hwloc|mca)|PRTE_MCA_(plm|ras|rmaps|hwloc)|OMPI_ALLOW_RUN_AS_ROOT)/;
  const foreign = /^(SLURM|SLURMD|FLUX|PBS|PMI|PMIX|OMPI|PRTE|HYDRA)_/;
  return Object.keys(variables)
    .filter((name) => foreign.test(name) && !harmless.test(name))
    .toSorted();
}
