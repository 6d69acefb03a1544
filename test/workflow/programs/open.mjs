// Opens a database and prints its campaign id.
// usage: node open.mjs DATABASE
import { openWorkflow } from '../../../dist/workflow/database/open-workflow.js';

const workflow = openWorkflow(process.argv[2]);
process.stdout.write(`${workflow.campaignId}\n`);
workflow.close();
