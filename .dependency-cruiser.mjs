// The walls of ARCHITECTURE.md as code: `npm run check:walls` fails when an arrow points the wrong way.

/** A package that only some files may import. */
const only = (name, packages, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: `^(${[...allowed, 'test/', 'tools/'].join('|')})` },
  to: { path: `node_modules/(@types/)?(${packages})/` },
});

/** A room imports itself and the rooms named, nothing else of ours. */
const room = (name, mayImport, comment) => ({
  name: `walls-of-${name}`,
  comment,
  severity: 'error',
  from: { path: `^${name}/` },
  to: {
    path: '^(core|orca|scheduler|packing|workflow|producer|consumer|reconciler|infra|board|cli|stand-in|examples|tools|test)/',
    pathNot: `^(${[name, ...mayImport].join('|')})/`,
  },
});

const effects =
  '^(node:)?(fs|fs/promises|child_process|net|http|os|worker_threads)$|node_modules/(execa|bullmq|ioredis|better-sqlite3)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    room('core', [], 'core holds the words two rooms must agree on: every room imports it, it imports none.'),
    room('orca', ['core'], 'The chemistry knows neither queue nor database.'),
    room('workflow', ['core'], 'The database knows neither queue nor chemistry.'),
    room('producer', ['core', 'orca', 'packing', 'workflow'], 'The way in.'),
    room('scheduler', ['core'], 'Slurm, Flux and PBS know nothing of chemistry, queue or database.'),
    room('packing', ['core'], 'Decisions on what runs where, shared by commands and tests.'),
    room(
      'consumer',
      ['core', 'orca', 'packing', 'scheduler'],
      'A compute node never opens SQLite and never loads its native addon.',
    ),
    room('reconciler', ['core', 'workflow'], 'The way back.'),
    room('infra', ['core', 'workflow'], 'Redis, metrics and hooks.'),
    room('board', ['core', 'workflow', 'infra'], 'The window on the campaign.'),
    room('stand-in', [], 'It imitates a foreign program, so it shares nothing with ours.'),
    room(
      'examples',
      ['cli/library'],
      'The fronts of examples/engines are foreign programs to oact, and run where it is not built; those of examples/api import the library.',
    ),
    {
      name: 'only-tests-import-tests',
      severity: 'error',
      from: { pathNot: '^(test|tools)/' },
      to: { path: '^(test|tools)/' },
    },
    {
      name: 'chemistry-is-pure',
      comment: 'Input and output of ORCA are text: no files, no processes, no sockets.',
      severity: 'error',
      from: { path: '^orca/' },
      to: { path: effects },
    },
    {
      name: 'packing-is-pure',
      comment: 'The same view gives the same decision: no clock, no files, no processes.',
      severity: 'error',
      from: { path: '^packing/' },
      to: { path: effects },
    },
    {
      name: 'what-travels-is-pure',
      severity: 'error',
      from: {
        path: '^core/(config/duration|job/[\\w-]+|job-dir/(job-layout|marker-reason)|progress/[\\w-]+|waiting/[\\w-]+)\\.ts$',
      },
      to: { path: effects },
    },
    only('sqlite-in-workflow', 'better-sqlite3', ['workflow/'], 'One room opens workflow.db.'),
    only(
      'execa-where-processes-start',
      'execa',
      ['consumer/', 'infra/', 'scheduler/'],
      'Three rooms start processes.',
    ),
    only(
      'pages-in-board',
      '@bull-board|hono|@hono|prom-client',
      ['board/', 'infra/metrics/'],
      'Pages and metrics are served here.',
    ),
    only(
      'queue-at-the-doors',
      'bullmq|ioredis',
      [
        'core/redis/',
        'producer/(add-jobs|enqueue)\\.ts',
        'producer/(audit|steering)/',
        'consumer/consumer-options\\.ts',
        'consumer/queue/(fetch-jobs|held-job|open-worker)\\.ts',
        'reconciler/(check-stalled|drain-outdated|sweep-finished|watch-queue)\\.ts',
        'infra/',
        'board/',
        'cli/(serve/(keep-campaign|refill-queue|stop-node|all-in-one/follow-consumers)|redis/(open-queue|watch-redis)|node/ask-redis-of-node|doctor/find-strange-dirs)\\.ts',
      ],
      'BullMQ and Redis are spoken at the doors only.',
    ),
    {
      name: 'no-dev-dependency-in-production',
      severity: 'error',
      from: { pathNot: '^(test|tools)/|\\.config\\.ts$' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
  ],
  required: [
    {
      name: 'parser-can-see',
      comment:
        'A canary: under a TypeScript it cannot parse with, dependency-cruiser sees few imports and reports no violations at all.',
      severity: 'error',
      module: { path: '^producer/enqueue\\.ts$' },
      to: { path: '^workflow/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
