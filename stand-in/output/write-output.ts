import { writeSync } from 'node:fs';

export interface Output {
  /** Writes to stdout at once: tails must see it grow. */
  write(text: string): void;
  writeBytes(bytes: Uint8Array): void;
}

/** `lineEnd` is `\r\n` for an output that went through a Windows share. */
export function createOutput(lineEnd: '\n' | '\r\n'): Output {
  return {
    write: (text) => writeFully(1, Buffer.from(lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd))),
    writeBytes: (bytes) => writeFully(1, bytes),
  };
}

/** Open MPI's and the linker's messages go to stderr; ORCA's own all go to stdout. */
export function writeError(text: string): void {
  writeFully(2, Buffer.from(text));
}

function writeFully(descriptor: number, bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      // A pipe that its reader made non-blocking is full: try again until it is drained.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}
