import pc from 'picocolors';
import { pino, type Logger } from 'pino';
import { readVariable } from './config/environment.ts';
import { OactError } from './errors.ts';
import { openLogDestination } from './log-destination.ts';

export type { Logger } from 'pino';

const levelColour: Record<number, (text: string) => string> = { 40: pc.yellow, 50: pc.red, 60: pc.red };

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** One JSON log line as a user reads it: time, message, then the fields that are not constant. */
export function renderLogLine(line: string): string {
  const record: unknown = JSON.parse(line);
  if (!isFields(record)) return `${line}\n`;
  const { level, time, msg, pid: _pid, hostname: _hostname, ...fields } = record;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const paint = levelColour[Number(level)] ?? ((text: string) => text);
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${pc.dim(clock)} ${paint(String(msg))} ${pc.dim(rest.join(' '))}\n`;
}

/** @throws OactError CONFIG_INVALID */
function readLevel(): string {
  const level = readVariable('OACT_LOG_LEVEL') ?? 'info';
  if (level in pino.levels.values) return level;
  throw new OactError('CONFIG_INVALID', `OACT_LOG_LEVEL is '${level}', which is not a log level`, {
    hint: `Use one of ${Object.keys(pino.levels.values).join(', ')}.`,
  });
}

/**
 * A logger: JSON lines to `file`, or to stderr, where a terminal gets readable lines instead.
 * `OACT_LOG_LEVEL` says what is worth a line; default: info. Messages are fixed and in the past tense; what varies goes into fields.
 */
export function createLogger(options: { level?: string; file?: string } = {}): Logger {
  const settings = { level: options.level ?? readLevel(), base: null };
  if (options.file !== undefined) return pino(settings, openLogDestination(options.file));
  const toStderr = openLogDestination(2);
  if (process.stderr.isTTY)
    return pino(settings, { write: (line: string) => toStderr.write(renderLogLine(line)) });
  return pino(settings, toStderr);
}
