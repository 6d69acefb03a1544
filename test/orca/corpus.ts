import { join } from 'node:path';
import { corpusRoot } from '../../tools/bench/corpus/read-corpus.ts';

export { corpusRoot };
export const actinidesCsv = join(corpusRoot, '..', 'structures', 'generated', 'actinides.csv');
