export interface ServerConfig {
  /** Addresses to listen on. */
  bind: string[];
  port: number;
  /** Certificate and key in PEM; the plain port is then closed. */
  tls?: { certFile: string; keyFile: string };
  dataDir: string;
  logFile: string;
  aclFile: string;
  appendOnly: boolean;
}

/** 25,000 connections are 12,500 consumers. Redis lowers it by itself to what `ulimit -n` permits. */
export const maxClients = 25_000;

/** Redis reads its quoted strings by the escapes of JSON, as far as paths need them. */
const quote = (path: string): string => JSON.stringify(path);

/** The configuration file of a campaign's server. No secret is in it: the ACL file holds hashes. */
export function renderServerConfig(config: ServerConfig): string {
  const { bind, port, tls, dataDir, logFile, aclFile, appendOnly } = config;
  return [
    `bind ${bind.join(' ')}`,
    ...(tls
      ? [
          'port 0',
          `tls-port ${port}`,
          `tls-cert-file ${quote(tls.certFile)}`,
          `tls-key-file ${quote(tls.keyFile)}`,
          'tls-auth-clients no',
        ]
      : [`port ${port}`]),
    'protected-mode yes',
    `aclfile ${quote(aclFile)}`,
    `dir ${quote(dataDir)}`,
    `logfile ${quote(logFile)}`,
    'save ""',
    `appendonly ${appendOnly ? 'yes' : 'no'}`,
    // A second of acknowledged results lost costs ORCA hours; `always` costs 20 % of the enqueue rate.
    'appendfsync always',
    // An evicted lock starts a job twice.
    'maxmemory-policy noeviction',
    `maxclients ${maxClients}`,
    'tcp-backlog 4096',
    'daemonize no',
    '',
  ].join('\n');
}

/** The port in a configuration that `renderServerConfig` made. */
export function parseServerPort(text: string): number | undefined {
  const port = /^(?:tls-)?port ([1-9]\d*)$/m.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}
