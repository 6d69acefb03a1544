import { join } from 'node:path';
import { corpusRoot } from '../../bench/read-corpus.ts';

export { corpusRoot };
export const actinidesCsv = join(corpusRoot, '..', 'structures', 'generated', 'actinides.csv');
