/**
 * Columns of `structures` that every workflow database has, with their types, in the existing system's order. The last two
 * are appended there by a migration at the first open, so user columns stand before them.
 */
const structureTypes = {
  id: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  orig_index: 'INTEGER',
  elements: 'TEXT',
  natoms: 'INTEGER',
  status: 'TEXT',
  charge: 'INTEGER',
  spin: 'INTEGER',
  geometry: 'TEXT',
  job_dir: 'TEXT',
  max_forces: 'REAL',
  scf_steps: 'INTEGER',
  final_energy: 'REAL',
  error_message: 'TEXT',
  fail_count: 'INTEGER DEFAULT 0',
  wall_time: 'REAL',
  n_cores: 'INTEGER',
  worker_id: 'TEXT',
  created_at: 'TIMESTAMP DEFAULT CURRENT_TIMESTAMP',
  updated_at: 'TIMESTAMP DEFAULT CURRENT_TIMESTAMP',
  optimizer: 'TEXT',
  generator_data: 'TEXT',
} as const;

export type StructureColumn = keyof typeof structureTypes;
export const structureColumns: readonly string[] = Object.keys(structureTypes);

/** Columns that older databases lack and the existing system adds when it opens them, in its order. */
export const addedColumns = ['optimizer', 'worker_id', 'generator_data'] as const;

/**
 * The first two are the existing system's. The others are ours, and every program that writes the table keeps them true: `oact_narrow` has
 * what lists, searches and claims ask of a record, so that none of them reads geometries.
 */
export const structureIndexes = {
  idx_status: 'create index idx_status on structures(status)',
  idx_orig_index: 'create index idx_orig_index on structures(orig_index)',
  oact_narrow:
    'create index oact_narrow on structures(id, status, natoms, elements, orig_index, fail_count, final_energy)',
  oact_failed: 'create index oact_failed on structures(fail_count, status) where fail_count > 0',
  oact_error: 'create index oact_error on structures(error_message) where error_message is not null',
} as const;

export const structureIndexNames = [
  'idx_status',
  'idx_orig_index',
  'oact_narrow',
  'oact_failed',
  'oact_error',
] as const;

/** `structures` to the letter: names, order, types and defaults are those of the existing system. */
export function renderStructuresTable(extraColumns: readonly { name: string; type: string }[]): string {
  const { optimizer, generator_data, ...first } = structureTypes;
  const columns = [
    ...Object.entries(first),
    ...extraColumns.map(({ name, type }) => [name, type] as const),
    ...Object.entries({ optimizer, generator_data }),
  ];
  const lines = columns.map(([name, type]) => `      ${name} ${type}`);
  return `
    create table structures (
${lines.join(',\n')}
    )`;
}
