/** Bytes of the header: five little-endian int64. */
export const gbwHeaderBytes = 40;

/**
 * Why orbitals cannot be read from a gbw file; undefined when they can. The header holds its own length and the offsets of
 * geometry, basis, orbitals and core potentials (0: none). ORCA writes the file before it has orbitals, and updates it in
 * place in every SCF iteration, so one that was left by a killed run, or copied meanwhile, may be cut or have none yet
 * (seen in real files of ORCA 5 and 6).
 * @param head the first 40 bytes, or fewer of a shorter file
 * @param fileBytes size of the whole file
 */
export function findGbwProblem(head: Uint8Array, fileBytes: number): string | undefined {
  if (head.length < gbwHeaderBytes) return `it is cut: ${fileBytes} bytes`;
  const view = new DataView(head.buffer, head.byteOffset, gbwHeaderBytes);
  const [length, geometry, basis, orbitals, corePotentials] = [0, 8, 16, 24, 32].map((at) =>
    Number(view.getBigInt64(at, true)),
  );
  if (length !== gbwHeaderBytes) return 'its header is not that of a gbw file';
  if (orbitals === 0) return 'it has no orbitals yet';
  const isInside = (offset = -1): boolean => offset >= gbwHeaderBytes && offset < fileBytes;
  const isWhole =
    [geometry, basis, orbitals].every(isInside) && (corePotentials === 0 || isInside(corePotentials));
  return isWhole ? undefined : `it is cut: its header points behind its ${fileBytes} bytes`;
}
