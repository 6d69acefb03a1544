/**
 * A connection that never sends a script, only its name: the server has them from its start (infra/redis/rights/load-scripts.ts).
 * ioredis itself sends each script as EVAL first on every connection, which would need the right to run any script at all, also one that
 * does not end.
 */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';

type Definition = Parameters<Redis['defineCommand']>[1];

/** What a connection and a pipeline have in common. */
interface Caller {
  call(command: string, ...args: unknown[]): unknown;
}

export class PreloadedRedis extends Redis {
  /** The scripts that were defined on it, by the names of their commands. */
  readonly definedScripts = new Map<string, string>();

  override defineCommand(name: string, definition: Definition): void {
    // Pipelines take the names of commands from there.
    super.defineCommand(name, definition);
    const sha = shaOf(definition.lua);
    this.definedScripts.set(name, definition.lua);
    const { numberOfKeys } = definition;
    const callByName = function (this: Caller, ...args: unknown[]): unknown {
      const flat = args.flat();
      return this.call('evalsha', sha, ...(numberOfKeys === undefined ? [] : [numberOfKeys]), ...flat);
    };
    Object.assign(this, { [name]: callByName });
  }
}

/** The name under which a server knows a script. */
export function shaOf(script: string): string {
  return createHash('sha1').update(script).digest('hex');
}
