import { payloadSchema } from '../../core/job/payload.ts';

/** A payload as the board shows it: the geometry, hundreds of lines, becomes its number of atoms. */
export function formatJobData(data: unknown): unknown {
  const payload = payloadSchema.safeParse(data).data;
  if (!payload) return data;
  const { atoms, ...calculation } = payload.calculation;
  return { ...payload, calculation: { ...calculation, atoms: `${atoms.length} atoms` } };
}
