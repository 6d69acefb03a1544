/** What a hook's program inherits: everything but what opens Redis. A hook posts to a chat; it needs no queue. */

const names = /^(?:OACT_REDIS_.*|REDIS_URL|REDIS_PASSWORD|REDISCLI_AUTH)$/;
/** An address with a password in it, under whatever name. */
const address = /\b(?:redis|rediss|valkey|valkeys):\/\/[^\s/@]*:[^\s/@]+@/i;

/** The environment without Redis passwords, and without where they are. Pure. */
export function hookEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !names.test(name) && !address.test(value ?? '')),
  );
}
