/** What keeps `oact serve` running on a login node: text for systemd, and for cron. */

/** One installation of one campaign. */
export interface Service {
  campaignId: string;
  /** Absolute. */
  directory: string;
  /** Node and the program, then `serve` with its flags. */
  words: readonly string[];
}

export function unitNameOf({ campaignId }: Pick<Service, 'campaignId'>): string {
  return `oact-${campaignId}.service`;
}

/** systemd reads `%` as a specifier, `$` as a variable, and a backslash as an escape. */
function quoteForUnit(word: string): string {
  const text = word
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('%', '%%')
    .replaceAll('$', '$$$$');
  return `"${text}"`;
}

/** A user unit that starts it again when it fails; a stop by its own signal is no failure. */
export function renderUnit(service: Service): string {
  return `[Unit]
Description=oact serve: campaign ${service.campaignId}
After=network-online.target

[Service]
WorkingDirectory=${service.directory.replaceAll('%', '%%')}
ExecStart=${service.words.map(quoteForUnit).join(' ')}
Restart=on-failure
RestartSec=30
SuccessExitStatus=130 143
TimeoutStopSec=90

[Install]
WantedBy=default.target
`;
}

/** A shell word; cron ends its command at a bare `%`. */
function quoteForCron(word: string): string {
  const quoted = /^[A-Za-z0-9_./:=,@+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
  return quoted.replaceAll('%', '\\%');
}

/** A line that does one round every five minutes: no process has to live, so none has to be started again. */
export function renderCronLine({ directory, words }: Service): string {
  return `*/5 * * * *  cd ${quoteForCron(directory)} && ${[...words, '--once'].map(quoteForCron).join(' ')}`;
}
