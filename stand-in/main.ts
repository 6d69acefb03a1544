import { readFileSync } from 'node:fs';
import { readEnvironment } from './input/read-environment.ts';
import { runOrca } from './run/run-orca.ts';
import { createOutput, writeError } from './output/write-output.ts';

const usage = `This program requires the name of a parameter file as argument
For example: orca job.inp
`;

/** `orca FILE [MPI ARGUMENTS]`: like ORCA, it has no options, so an unknown flag is a file that cannot be opened. */
async function main([calledAs = 'orca', inputFile, mpiArguments = '']: string[]): Promise<number> {
  const environment = readEnvironment(process.env);
  if (inputFile === undefined) {
    createOutput('\n').write(usage);
    return 1;
  }
  // A signal without a listener ends node as it ends ORCA, without a word.
  if (environment.isStubborn) process.on('SIGTERM', () => undefined);
  let inputText: string;
  try {
    inputText = readFileSync(inputFile, 'utf8');
  } catch {
    createOutput('\n').write(`Cannot open input file: ${inputFile}\n`);
    return 126;
  }
  const words = mpiArguments.split(/\s+/).filter(Boolean);
  return runOrca({ calledAs, inputFile, inputText, mpiArguments: words, environment });
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  writeError(`orca stand-in: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
