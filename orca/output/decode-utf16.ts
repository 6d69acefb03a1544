/** What the first bytes of a stream say of its encoding. */
type ByteOrder = 'little' | 'big' | 'none';

const bytesToDecide = 4;

/**
 * Makes plain text of UTF-16 with a byte order mark, as a redirection in Windows PowerShell writes it; all other
 * bytes pass unchanged. Characters outside Latin-1 do not survive, and none of them matters here.
 * @param push takes the bytes; it keeps nothing of them
 */
export function decodeUtf16(push: (bytes: Buffer) => void): { push(chunk: Buffer): void; finish(): void } {
  let order: ByteOrder | undefined;
  let begun = Buffer.alloc(0);
  let position = 0;

  const pass = (chunk: Buffer): void => {
    if (chunk.length === 0) return;
    if (order === 'none') return push(chunk);
    const first = (position + (order === 'big' ? 1 : 0)) % 2;
    position += chunk.length;
    push(takeEverySecond(chunk, first));
  };

  return {
    push(chunk) {
      if (order !== undefined) return pass(chunk);
      begun = Buffer.concat([begun, chunk]);
      if (begun.length < bytesToDecide) return;
      order = findByteOrder(begun);
      pass(order === 'none' ? begun : begun.subarray(2));
    },
    finish() {
      if (order === undefined) push(begun);
    },
  };
}

/** The mark alone is not enough: the same two bytes may stand in a file of another encoding. */
function findByteOrder([first, second, third, fourth]: Buffer): ByteOrder {
  if (first === 0xff && second === 0xfe && third !== 0 && fourth === 0) return 'little';
  if (first === 0xfe && second === 0xff && third === 0 && fourth !== 0) return 'big';
  return 'none';
}

function takeEverySecond(chunk: Buffer, first: number): Buffer {
  const taken = Buffer.alloc(Math.ceil((chunk.length - first) / 2));
  for (let index = 0; index < taken.length; index++) taken[index] = chunk[first + 2 * index] ?? 0;
  return taken;
}
