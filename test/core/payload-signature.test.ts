import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  checkSignature,
  ensureSigningKey,
  followPublicKey,
  signPayload,
} from '../../core/payload-signature.ts';
import { aPayload } from '../consumer/a-payload.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';

let dir: string;
beforeEach(() => {
  const campaign = makeCampaignDir();
  onTestFinished(campaign.remove);
  dir = campaign.dir;
});
const travelled = (payload: object): object => JSON.parse(JSON.stringify(payload));

describe('the key of a campaign', () => {
  it('is made once, is the producer’s alone, and shows consumers its public half', () => {
    const publicKey = followPublicKey(dir);
    expect(publicKey()).toBeUndefined();
    const key = ensureSigningKey(dir);
    expect(ensureSigningKey(dir).equals(key)).toBe(true);
    expect(statSync(join(dir, '.oact', 'signing.key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, '.oact', 'signing.pub'), 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    expect(publicKey()?.type).toBe('public');
  });

  it('brings a public half that was lost or exchanged back', () => {
    ensureSigningKey(dir);
    const path = join(dir, '.oact', 'signing.pub');
    const text = readFileSync(path, 'utf8');
    rmSync(path);
    ensureSigningKey(dir);
    expect(readFileSync(path, 'utf8')).toBe(text);
    writeFileSync(path, 'another');
    ensureSigningKey(dir);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is refused when others may read it', () => {
    ensureSigningKey(dir);
    chmodSync(join(dir, '.oact', 'signing.key'), 0o644);
    expect(() => ensureSigningKey(dir)).toThrow(/other users can read/);
  });
});

describe('a payload', () => {
  it('that a producer signed is known, after any journey', () => {
    const key = ensureSigningKey(dir);
    const publicKey = followPublicKey(dir)();
    if (!publicKey) throw new Error('no key');
    const signed = travelled(signPayload(aPayload(), key));
    expect(checkSignature(signed, publicKey)).toBe('signed');
    expect(checkSignature(travelled(aPayload()), publicKey)).toBe('unsigned');
    const other = generateKeyPairSync('ed25519').privateKey;
    expect(checkSignature(travelled(signPayload(aPayload(), other)), publicKey)).toBe('forged');
    expect(checkSignature({ ...signed, signature: '' }, publicKey)).toBe('forged');
  });

  it.each(Object.keys(aPayload()))('with another %s is forged', (field) => {
    const key = ensureSigningKey(dir);
    const publicKey = followPublicKey(dir)();
    if (!publicKey) throw new Error('no key');
    const signed = travelled(signPayload(aPayload(), key));
    expect(checkSignature({ ...signed, [field]: 'other' }, publicKey)).toBe('forged');
  });
});
