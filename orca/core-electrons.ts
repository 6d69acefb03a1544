import { atomicNumberOf, isActinide } from './elements.ts';

/** Elements that def2 does not cover; they get the actinide basis and ECP: Ac to Lr, and Fr and Ra. */
export function takesActinideBasis(symbol: string): boolean {
  return isActinide(symbol) || symbol === 'Fr' || symbol === 'Ra';
}

/**
 * Electrons that def2-ECP replaces. The def2 word of the `!` line brings it in from Rb on
 * (Z 37–54: 28, Cs Ba La: 46, Ce–Lu: 28, Hf–Rn: 60); lighter elements keep all electrons.
 */
export function def2CoreElectronsOf(symbol: string): number {
  const atomicNumber = atomicNumberOf(symbol) ?? 0;
  if (atomicNumber < 37 || atomicNumber > 86) return 0;
  if (atomicNumber <= 54) return 28;
  if (atomicNumber <= 57) return 46;
  return atomicNumber <= 71 ? 28 : 60;
}

/**
 * Electrons that the ECP of the actinide basis replaces, undefined for an ECP whose count is not known here.
 * def-ECP: 60 for Ac–Lr, as ORCA 6.1 prints for U and Np. 78 for Fr and Ra follows from the potentials that
 * ORCA cites for them (Lim et al. 2005) and has not been seen in an output.
 */
export function actinideCoreElectronsOf(symbol: string, ecp: string | null): number | undefined {
  if (ecp === null) return 0;
  if (ecp.toLowerCase() !== 'def-ecp') return undefined;
  return isActinide(symbol) ? 60 : 78;
}
