import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];

function openssl(args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}

/** An authority of one's own, as a site without a public one makes it. */
export function makeAuthority(dir: string, name: string): { certFile: string; keyFile: string } {
  const [keyFile, certFile] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'basicConstraints=critical,CA:TRUE'];
  openssl(['req', '-x509', ...newKey, ...subject, '-keyout', keyFile, '-out', certFile]);
  return { certFile, keyFile };
}

/** A server's certificate for `names` (`IP:127.0.0.1`), signed by that authority. */
export function makeCertificate(
  dir: string,
  authority: { certFile: string; keyFile: string },
  names: string,
): { certFile: string; keyFile: string } {
  const [keyFile, certFile] = [join(dir, 'server.key'), join(dir, 'server.pem')];
  const signed = ['-CA', authority.certFile, '-CAkey', authority.keyFile];
  const subject = [
    '-subj',
    '/CN=redis',
    '-addext',
    `subjectAltName=${names}`,
    '-addext',
    'basicConstraints=CA:FALSE',
  ];
  openssl(['req', '-x509', ...newKey, ...subject, ...signed, '-keyout', keyFile, '-out', certFile]);
  return { certFile, keyFile };
}
