// Imports a CSV into a new database and prints, as JSON, the report, the progress told, and the largest
// resident size in MB.
// usage: node import-csv.mjs DATABASE CSV
import { importStructures } from '../../../../dist/producer/import/import-structures.js';
import { readCsv } from '../../../../dist/producer/sources/read-csv.js';
import { createWorkflow } from '../../../../dist/workflow/schema/create-workflow.js';
import { openWorkflow } from '../../../../dist/workflow/database/open-workflow.js';

const [path, csv] = process.argv.slice(2);
createWorkflow(path);
const workflow = openWorkflow(path);
const fractions = [];
const source = readCsv(csv, { multiplicityColumn: 'spin' });
const report = await importStructures(workflow, source, {
  onProgress: (progress) => fractions.push(progress.fraction),
});
workflow.close();
const largestMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ report, fractions, largestMegabytes })}\n`);
