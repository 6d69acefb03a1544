// Who may queue work: payloads are signed with a key that only producers read, and consumers can verify it but not forge one.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSecret } from './config/secret-file.ts';
import { systemErrorCode } from './errors.ts';
import { readPlainFileSync } from './plain-file.ts';

const privatePathOf = (campaignDir: string): string => join(campaignDir, '.oact', 'signing.key');
const publicPathOf = (campaignDir: string): string => join(campaignDir, '.oact', 'signing.pub');

/** How the refusal of an unsigned payload begins: the reconciler lets the audit queue such a job anew, signed. */
export const unsignedRefusal = 'payload_refused: unsigned';

/**
 * The campaign's Ed25519 key, made at the first start of a producer. Two producers at once get the same one: the first one wins.
 * @throws OactError SECRET_EXPOSED when others may read it, FILE_UNREADABLE; the errors of the file system
 */
export function ensureSigningKey(campaignDir: string): KeyObject {
  const path = privatePathOf(campaignDir);
  if (!existsSync(path)) {
    mkdirSync(join(campaignDir, '.oact'), { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    const draft = writeDraft(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
    try {
      linkSync(draft, path);
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  const key = createPrivateKey(readSecret(path));
  const publicText = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const publicPath = publicPathOf(campaignDir);
  // Lost, or of a campaign from which this one was restored.
  if (!existsSync(publicPath) || readPlainFileSync(publicPath) !== publicText)
    renameSync(writeDraft(publicPath, publicText, 0o644), publicPath);
  return key;
}

function writeDraft(path: string, text: string, mode: number): string {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, text, { mode, flag: 'wx' });
  return draft;
}

/** What payloads are verified with; undefined in a campaign whose producer has not started since it was signed for the first time. */
function readPublicKey(campaignDir: string): KeyObject | undefined {
  try {
    return createPublicKey(readPlainFileSync(publicPathOf(campaignDir)));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The same, looked up until it is there: a producer may start after the consumers of a campaign that had no key. */
export function followPublicKey(campaignDir: string): () => KeyObject | undefined {
  let key: KeyObject | undefined;
  return () => (key ??= readPublicKey(campaignDir));
}

/** All but the signature, in the order in which it was written: JSON keeps it. */
function signedBytes(payload: object): Buffer {
  const signed = Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'signature'));
  return Buffer.from(`oact payload\n${JSON.stringify(signed)}`);
}

/** The payload with its signature. */
export function signPayload<Payload extends object>(
  payload: Payload,
  key: KeyObject,
): Payload & { signature: string } {
  return { ...payload, signature: sign(null, signedBytes(payload), key).toString('base64') };
}

/** Whether a producer of this campaign wrote this payload, every field of it. */
export function checkSignature(payload: object, key: KeyObject): 'signed' | 'unsigned' | 'forged' {
  if (!('signature' in payload) || typeof payload.signature !== 'string') return 'unsigned';
  const signature = Buffer.from(payload.signature, 'base64');
  return verify(null, signedBytes(payload), key, signature) ? 'signed' : 'forged';
}
