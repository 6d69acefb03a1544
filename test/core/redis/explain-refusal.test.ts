import { describe, expect, it } from 'vitest';
import { OactError } from '../../../core/errors.ts';
import { explainRefusal } from '../../../core/redis/explain-refusal.ts';

function reply(message: string): Error {
  const error = new Error(message);
  error.name = 'ReplyError';
  return error;
}

describe('explainRefusal', () => {
  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'. script: 3b, on @user_script:14.", 'REDIS_FULL'],
    // As Redis 6.2 words an error inside a script.
    [
      "ERR Error running script (call to f_3b): @user_script:14: -OOM command not allowed when used memory > 'maxmemory'.",
      'REDIS_FULL',
    ],
    [
      'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist',
      'REDIS_FULL',
    ],
    ['MISCONF Errors writing to the AOF file: No space left on device', 'REDIS_FULL'],
    ["READONLY You can't write against a read only replica.", 'REDIS_READ_ONLY'],
    ['NOREPLICAS Not enough good replicas to write.', 'REDIS_READ_ONLY'],
    ['BUSY Redis is busy running a script.', 'REDIS_UNREACHABLE'],
    ['LOADING Redis is loading the dataset in memory', 'REDIS_UNREACHABLE'],
    ['NOPERM this user has no permissions to run the command', 'REDIS_NO_PERMISSION'],
    ['ERR max number of clients reached', 'REDIS_FULL'],
  ])('%s', (text, code) => {
    const known = explainRefusal(reply(text));
    expect(known?.code).toBe(code);
    expect(known?.hint).toMatch(/\w/);
  });

  it('leaves what is no refusal alone', () => {
    expect(explainRefusal(reply('ERR unknown command'))).toBeUndefined();
    expect(explainRefusal(new Error('OOM in an output of ORCA'))).toBeUndefined();
    expect(explainRefusal(new OactError('USAGE', 'BUSY no'))).toBeUndefined();
  });
});
