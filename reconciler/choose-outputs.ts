/** What a job directory may hold that ORCA wrote under the existing system, best group first (its own order). */
const groups = [/out$/, /\.out\.gz$/, /logs$/];
/** Child runs for atomic guesses end normally whatever became of the molecule. */
const isAtomGuess = (name: string): boolean => /_atom\d+\.out(\.gz)?$/.test(name);

/** Files to look at: those of the first group that has any. The existing system takes the newest of them. */
export function chooseOutputs(names: readonly string[]): string[] {
  const possible = names.filter((name) => !isAtomGuess(name));
  for (const group of groups) {
    const found = possible.filter((name) => group.test(name));
    if (found.length > 0) return found;
  }
  return [];
}
