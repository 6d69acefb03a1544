/** Keeps the last `size` bytes of a stream, however it is cut into chunks. */
export function createTail(size: number): { push(chunk: Buffer): void; read(): Buffer } {
  const ring = Buffer.alloc(size);
  let written = 0;
  return {
    push(chunk) {
      const kept = chunk.subarray(Math.max(0, chunk.length - size));
      const at = (written + chunk.length - kept.length) % size;
      const copied = kept.copy(ring, at);
      kept.copy(ring, 0, copied);
      written += chunk.length;
    },
    read() {
      if (written <= size) return ring.subarray(0, written);
      return Buffer.concat([ring.subarray(written % size), ring.subarray(0, written % size)]);
    },
  };
}
