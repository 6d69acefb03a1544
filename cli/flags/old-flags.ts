/**
 * Flags of the Python tools, of their documents and of the first plan for oact, each with what to type now. They are looked up only
 * when a command does not know the flag, so a flag that lives on is here for the commands that it does not belong to.
 */

const script = (flags: string): string => `\`oact alloc script --site frontier ${flags}\``;
const sella =
  'it belongs to Sella, which oact does not run. ORCA optimizes with `oact enqueue --optimizer orca --opt-level tight`';
const wandb = 'there is no replacement. Use Prometheus metrics, `oact serve --metrics-port 9464`, and hooks';
const globus =
  'there is no replacement: a transfer must not change a result. Copy in a hook: campaignDone under hooks: in oact.yaml';
const python = `not needed: nodes run no Python. Load what ORCA needs in the script: ${script('--module orca/6.1')}`;
const blocks =
  'allocations: in oact.yaml bounds what oact serve submits (docs/allocations.md); or submit consumer.slurm as often as you like';
const enqueue = (flag: string): string => `it belongs to enqueue, serve and run: \`oact enqueue ${flag}\``;
const dashboardList = (status: string): string => `\`oact job list --status ${status}\``;

/** Flag → one line; what is to be typed stands between backticks. */
export const oldFlags: Readonly<Record<string, string>> = {
  // submit_jobs
  '--use-parsl':
    'not needed: run `oact serve` on the login node, then sbatch consumer.slurm; on one machine, `oact run`',
  '--validate-worker-imports': '`oact doctor node`, on the node',
  '--batch-size': enqueue('--batch-size 100'),
  '--scheduler': 'it belongs to the script: `oact alloc script --scheduler slurm` (slurm, flux or pbs)',
  '--job-dir-pattern': `${enqueue('--job-dir-pattern job_{orig_index}')}; for all commands: jobDirPattern: in oact.yaml`,
  '--job-prefix': enqueue('--job-prefix wave2'),
  '--reroot': enqueue('--reroot'),
  '--n-cores': 'it belongs to the node: `oact consume --cores-per-slot 16`',
  '--cores-per-worker': '`oact consume --cores-per-slot 16`',
  '--max-workers': '`oact consume --slots 4`',
  '--cpus-per-node': 'oact finds the cores of a node; to leave some free: `oact consume --reserve-cores 8`',
  '--n-hours': `${script('--walltime 12h')}; the limit of one job: \`oact enqueue --job-timeout 2h\``,
  '--walltime-hours': script('--walltime 12h'),
  '--queue': `it belongs to the script: ${script('--queue pbatch')}`,
  '--qos': `it belongs to the script: ${script('--qos normal')}`,
  '--allocation': script('--account CHM123'),
  '--account': `it belongs to the script: ${script('--account CHM123')}`,
  '--nodes-per-block': script('--nodes 8'),
  '--max-blocks': blocks,
  '--init-blocks': blocks,
  '--min-blocks': blocks,
  '--conda-env': python,
  '--conda-base': python,
  '--ld-library-path': python,
  '--mpirun-path': `put its directory first on PATH in the script, or load its module: ${script('--module openmpi/4.1')}`,
  '--orca-path':
    'it belongs to the node: `oact consume --orca-path /opt/orca/orca`; for all: orca: {path: …} in oact.yaml',
  '--dry-run': `${enqueue('--dry-run')}, which writes nothing`,
  '--max-fail-count': enqueue('--max-fail-count 3'),
  '--job-timeout': enqueue('--job-timeout 20h'),
  '--no-parsl-monitoring': 'not needed: `oact top` and `oact board` show what runs',
  '--clean-on-complete':
    '`oact clean --yes` afterwards; with node: {scratch: tmpdir} in oact.yaml, scratch never reaches the job directory',
  '--purge-on-fail':
    'there is no replacement: it destroys the evidence of a failure. oact respects markers .do_not_rerun.json',
  '--wandb-project': wandb,
  '--wandb-run-name': wandb,
  '--wandb-run-id': wandb,
  '--globus-transfer': globus,
  '--globus-source-endpoint-id': globus,
  '--globus-destination-endpoint-id': globus,
  '--globus-dest-root': globus,
  '--globus-client-id': globus,
  '--globus-transfer-refresh-token': globus,
  '--globus-client-secret': globus,
  '--functional': enqueue('--functional wB97M-V'),
  '--simple-input': enqueue('--simple-input omol'),
  '--actinide-basis': enqueue('--actinide-basis ma-def-TZVP'),
  '--actinide-ecp': enqueue('--actinide-ecp def-ECP'),
  '--non-actinide-basis': enqueue('--non-actinide-basis def2-TZVPD'),
  '--scf-maxiter': enqueue('--scf-maxiter 500'),
  '--nbo': enqueue('--nbo'),
  '--mbis': enqueue('--mbis'),
  '--kdiis': enqueue('--kdiis'),
  '--optimizer': enqueue('--optimizer orca'),
  '--opt-level': enqueue('--optimizer orca --opt-level tight'),
  '--ks-method': enqueue('--ks-method uks'),
  '--fmax': sella,
  '--max-opt-steps': sella,
  '--save-all-steps': sella,
  // documents of the Python tools, and the first plan
  '--opt': enqueue('--optimizer orca'),
  '--diis-option': enqueue('--kdiis'),
  '--min-atoms': enqueue('--min-atoms 3'),
  '--max-atoms': enqueue('--max-atoms 60'),
  '--system-preset': `a machine is a site: ${script('--nodes 8')}; \`oact alloc sites\` lists them`,
  '--preset': `a machine is a site: ${script('--nodes 8')}; \`oact alloc sites\` lists them`,
  '--nodes': `it belongs to the script: ${script('--nodes 8')}`,
  '--walltime': `it belongs to the script: ${script('--walltime 12h')}`,
  '--redis-url':
    'OACT_REDIS_URL=redis://HOST:PORT in the environment; `oact redis start` runs a server of its own',
  // dashboard
  '--update': 'not needed: oact keeps the table up to date. For runs outside oact: `oact update --from-disk`',
  '--show-failed': dashboardList('failed'),
  '--show-timeout': dashboardList('timeout'),
  '--show-ready': dashboardList('to_run'),
  '--show-running': dashboardList('running'),
  '--show-chronic-failures': '`oact job list --fail-count 5-`',
  '--reset-failed': '`oact requeue --status failed`',
  '--reset-timeout': '`oact requeue --status timeout`',
  '--include-timeout-in-reset': '`oact requeue`, which takes both',
  '--max-retries': '`oact requeue --max-retries 3`',
  '--reset-missing': '`oact requeue --ids 1-10`: a record whose directory is missing starts in a new one',
  '--fix-unlinked': '`oact recover`: it finds outputs by the pattern, and charges nothing',
  '--recover-orphans':
    'not needed: jobs of lost consumers return to the queue. After you restored a database: `oact recover`',
  '--show-metrics': '`oact report`',
  '--extract-metrics':
    'not needed: the numbers are written with each result. For runs outside oact: `oact update --from-disk`',
  '--recompute-metrics':
    'not needed: the numbers are written with each result. For completed records without numbers: `oact recover`',
  '--recheck-completed':
    'it belongs to update: `oact update --from-disk --recheck-completed` fills in missing numbers and lists completed records whose output says otherwise',
  '--unzip': 'not needed: oact reads compressed outputs',
  '--workers': 'not needed: there is nothing to set',
  '--profile': 'there is no replacement: npm run bench measures oact',
  '--hours-cutoff': 'not needed: oact knows what runs from the queue, not from the age of a file',
};

/**
 * What to say of a flag that a command does not know; undefined when nobody ever had it.
 * @param message commander's own words: `error: unknown option '--use-parsl'`
 */
export function explainOldFlag(message: string): string | undefined {
  const flag = /unknown option '(--[a-z0-9-]+)/.exec(message)?.[1];
  const answer = flag === undefined ? undefined : oldFlags[flag];
  return answer === undefined
    ? undefined
    : `error: ${flag ?? ''} of the old tools: ${answer.replaceAll('`', '')}\n`;
}
