import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { OactError, systemErrorCode } from '../errors.ts';
import { readPlainFileSync } from '../plain-file.ts';

/** 256 random bits, in characters that need no quoting anywhere. */
export function makeSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Reads a password or token from a file that only its owner may read.
 * @throws OactError SECRET_EXPOSED when others may read it, FILE_UNREADABLE when it is not there
 */
export function readSecret(path: string): string {
  try {
    // Root reads everything, so the mode is looked at, not tried.
    const mode = statSync(path).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      throw new OactError(
        'SECRET_EXPOSED',
        `other users can read the secret in ${path} (mode ${mode.toString(8)})`,
        {
          hint: `Delete it and start again, so that oact creates a new one; if no other user can have read it, chmod 600 ${path} is enough.`,
        },
      );
    }
    return readPlainFileSync(path).trim();
  } catch (error) {
    if (error instanceof OactError) throw error;
    throw new OactError('FILE_UNREADABLE', `the secret in ${path} cannot be read`, {
      hint: 'Run this command as the user who started the campaign, on a node that sees this directory.',
      cause: error,
    });
  }
}

/**
 * The secret in the file, made at the first call. Two processes at once get the same one: the file
 * appears complete or not at all, and the first one wins.
 * @throws OactError SECRET_EXPOSED, FILE_UNREADABLE
 */
export function ensureSecret(path: string): string {
  if (existsSync(path)) return readSecret(path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${makeSecret()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return readSecret(path);
}
