// What each line that read-output.ts looks for is asked for.
import type { OutputFacts } from './output-facts.ts';

/** Takes one fact from one kind of line. */
export interface FactReader {
  /** Lower case text of the line, letter case ignored. */
  readonly phrase: string;
  /** The rest of the line's form; a line that does not match says nothing. */
  readonly pattern: RegExp;
  /** The form shows that the line is whole. Else the end of a cut file may have cut digits off a number. */
  readonly closesItself?: true;
  take(facts: OutputFacts, groups: readonly (string | undefined)[]): void;
}
