/** The only file that reads process.env: everything else gets values handed in. */

/** A copy of the whole environment, for a child process to be built from. */
export function inheritedEnvironment(): Record<string, string> {
  const copy: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) copy[name] = value;
  return copy;
}

/** The value of one variable; an empty one counts as unset. */
export function readVariable(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** Sets a variable for this process and those it starts. Only the demo needs it. */
export function setVariable(name: string, value: string): void {
  process.env[name] = value;
}
