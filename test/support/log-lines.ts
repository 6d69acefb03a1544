export type LogLine = Record<string, unknown>;

/** The JSON lines of what a process wrote to stderr. */
export function logLinesOf({ stderr }: { stderr: string }): LogLine[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): LogLine => JSON.parse(line));
}

/** Whether a line says which job it is about. */
export function isAboutJob(line: LogLine): boolean {
  return ['jobId', 'recordId', 'attempt'].some((name) => name in line);
}
