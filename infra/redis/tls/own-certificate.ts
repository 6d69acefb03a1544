/** The certificate of a campaign's own server, made at its first start: its clients trust this one and no other. */
import { X509Certificate } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { ownCertificateName } from '../../../core/redis/campaign-redis.ts';
import { OactError, messageOf } from '../../../core/errors.ts';
import { readPlainFileSync } from '../../../core/plain-file.ts';

/** Files in PEM, below the campaign's Redis directory; the key is for its owner only. */
export interface OwnCertificate {
  certFile: string;
  keyFile: string;
  /** The same certificate: it is its own authority. */
  caFile: string;
}

const validDays = 3650;
/** Made anew when less than this is left. */
const leastLeftMs = 90 * 86_400_000;

/** Whether a certificate may be shown under all these names and addresses for a while. */
export function isCertificateFor(pem: string, names: readonly string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(pem);
    const isNamed = (name: string): boolean =>
      (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
    return Date.parse(certificate.validTo) - now.getTime() > leastLeftMs && names.every(isNamed);
  } catch {
    return false;
  }
}

/** SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` prints it. */
export function fingerprintOf(certFile: string): string {
  return new X509Certificate(readPlainFileSync(certFile)).fingerprint256;
}

/**
 * The certificate in `dir` if it names the host, else a new one, made with openssl.
 * @param host as the nodes reach the server
 * @throws OactError REDIS_START_FAILED when this machine has no openssl
 */
export async function ensureOwnCertificate(dir: string, host: string): Promise<OwnCertificate> {
  const certFile = join(dir, ownCertificateName);
  const keyFile = join(dir, 'tls.key');
  const names = [...new Set([host, hostname(), 'localhost', '127.0.0.1'])];
  const own = { certFile, keyFile, caFile: certFile };
  if (
    existsSync(keyFile) &&
    existsSync(certFile) &&
    isCertificateFor(readPlainFileSync(certFile), names, new Date())
  )
    return own;
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',');
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    `${keyFile}.new`,
  ];
  const text = ['-days', String(validDays), '-subj', '/CN=oact', '-addext', `subjectAltName=${alternatives}`];
  try {
    // openssl itself makes the key readable for its owner only.
    await execa('openssl', ['req', '-x509', ...key, '-out', `${certFile}.new`, ...text], { stdin: 'ignore' });
  } catch (error) {
    for (const file of [keyFile, certFile]) rmSync(`${file}.new`, { force: true });
    throw new OactError(
      'REDIS_START_FAILED',
      `openssl could not make a certificate: ${messageOf(error).split('\n')[0] ?? ''}`,
      {
        hint: 'Give your own certificate with --tls-cert, --tls-key and --tls-ca, or use --no-tls on a network that you trust.',
        cause: error,
      },
    );
  }
  renameSync(`${keyFile}.new`, keyFile);
  renameSync(`${certFile}.new`, certFile);
  return own;
}
