import { formatFor } from '../format-walltime.ts';
import type { ScriptPlan } from './plan-script.ts';

/** Variables without which no shell works: they go along when a site's list leaves out all others. */
const plainVariables = ['HOME', 'LANG', 'PATH', 'SHELL', 'USER'];

/** A line of a shipped script, and the lines that take its place. */
export type Filling = [line: string, put: string[]];

/** The directives of a plan at their places in the script of its scheduler. */
export function fillLines(plan: ScriptPlan): Filling[] {
  if (plan.scheduler === 'slurm') return fillSlurm(plan);
  return plan.scheduler === 'flux' ? fillFlux(plan) : fillPbs(plan);
}

/** A commented directive comes into force with a value, and stays a hint without one. */
const optional = (hint: string, directive: string, value: string | null): Filling => [
  hint,
  [value === null ? hint : `${directive}${value}`],
];

/** The last optional line, with whatever else a site wants behind it. */
const last = (filling: Filling, more: readonly string[]): Filling => [filling[0], [...filling[1], ...more]];

const listVariables = (names: readonly string[]): string =>
  [...new Set([...plainVariables, ...names])].join(',');

function fillSlurm(plan: ScriptPlan): Filling[] {
  return [
    ['#SBATCH --nodes=2', [`#SBATCH --nodes=${plan.nodes}`]],
    ['#SBATCH --time=12:00:00', [`#SBATCH --time=${formatFor('slurm', plan.walltimeSeconds)}`]],
    optional('##SBATCH --account=', '#SBATCH --account=', plan.account),
    optional('##SBATCH --partition=', '#SBATCH --partition=', plan.queue),
    optional('##SBATCH --qos=', '#SBATCH --qos=', plan.qos),
    last(optional('##SBATCH --constraint=', '#SBATCH --constraint=', plan.constraint), [
      ...plan.directives.map((text) => `#SBATCH ${text}`),
      ...(plan.environment === null ? [] : [`#SBATCH --export=${listVariables(plan.environment)}`]),
    ]),
  ];
}

function fillFlux(plan: ScriptPlan): Filling[] {
  const { environment } = plan;
  const names = environment === null ? [] : listVariables(environment).split(',');
  return [
    ['#flux: -N 2', [`#flux: -N ${plan.nodes}`]],
    ['#flux: -t 12h', [`#flux: -t ${formatFor('flux', plan.walltimeSeconds)}`]],
    optional('#flux: # --bank=', '#flux: --bank=', plan.account),
    optional('#flux: # --queue=', '#flux: --queue=', plan.queue),
    last(optional('#flux: # --requires=', '#flux: --requires=', plan.constraint), [
      ...plan.directives.map((text) => `#flux: ${text}`),
      ...(environment === null
        ? []
        : ['#flux: --env-remove=*', ...names.map((name) => `#flux: --env=${name}`)]),
    ]),
  ];
}

function fillPbs(plan: ScriptPlan): Filling[] {
  const chunk = `ncpus=${plan.coresPerNode}:mpiprocs=1${plan.constraint === null ? '' : `:${plan.constraint}`}`;
  return [
    ['#PBS -l select=2:ncpus=128:mpiprocs=1', [`#PBS -l select=${plan.nodes}:${chunk}`]],
    ['#PBS -l walltime=12:00:00', [`#PBS -l walltime=${formatFor('pbs', plan.walltimeSeconds)}`]],
    optional('##PBS -A', '#PBS -A ', plan.account),
    last(optional('##PBS -q', '#PBS -q ', plan.queue), [
      ...plan.directives.map((text) => `#PBS ${text}`),
      // Without it PBS takes nothing along but PBS_O_… of its own.
      ...(plan.environment === null ? [] : [`#PBS -v ${plan.environment.join(',')}`]),
    ]),
  ];
}
