/** One request to Redis as it goes over the wire. */
export interface WireRequest {
  /** Command and arguments, one character per byte. */
  words: string[];
  bytes: Buffer;
}

/** Cuts what a client sends into whole requests: a pipeline is many of them in one packet, a large one comes in many packets. */
export function createRequestSplitter(): (chunk: Buffer) => WireRequest[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const requests: WireRequest[] = [];
    for (;;) {
      const request = readRequest(rest);
      if (!request) return requests;
      requests.push(request);
      rest = rest.subarray(request.bytes.length);
    }
  };
}

/** The first request of `bytes`: `*2␍␊$3␍␊GET␍␊$1␍␊k␍␊`; undefined while a part of it is missing. */
function readRequest(bytes: Buffer): WireRequest | undefined {
  // TLS or an inline command: passed on as it is.
  if (bytes.length > 0 && bytes[0] !== '*'.charCodeAt(0)) return { words: [], bytes };
  let at = 0;
  const readLength = (): number | undefined => {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const length = Number(bytes.toString('latin1', at + 1, end));
    at = end + 2;
    return length;
  };
  const count = readLength();
  if (count === undefined) return undefined;
  const words: string[] = [];
  while (words.length < count) {
    const length = readLength();
    if (length === undefined || at + length + 2 > bytes.length) return undefined;
    words.push(bytes.toString('latin1', at, at + length));
    at += length + 2;
  }
  return { words, bytes: bytes.subarray(0, at) };
}
