/** Says on stderr what may not be meant; nothing is refused for it. */
export function noteDoubts(doubts: readonly string[]): void {
  for (const doubt of doubts) process.stderr.write(`note: ${doubt}\n`);
}
