import { systemErrorCode } from '../../core/errors.ts';

/**
 * `oact … | head` closes the pipe early: whoever reads has had enough, which is no error. What cannot be written for another reason
 * (a full disk) fails the command, which says so as far as that is possible.
 */
export function surviveClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: Error) => {
    if (systemErrorCode(error) === 'EPIPE') process.exit();
    process.exitCode = 1;
    process.stderr.write(`oact: the output cannot be written: ${error.message}\n`);
  });
}

/** Words on stderr are for whoever looks; nothing ends because nobody can. */
export function surviveLostWords(stream: NodeJS.WriteStream): void {
  stream.on('error', () => undefined);
}
