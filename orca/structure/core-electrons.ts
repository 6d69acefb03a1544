import { atomicNumberOf, isActinide } from './elements.ts';

/** Elements that def2 does not cover; they get the actinide basis and ECP: Ac to Lr, and Fr and Ra. */
export function takesActinideBasis(symbol: string): boolean {
  return isActinide(symbol) || symbol === 'Fr' || symbol === 'Ra';
}

/**
 * Electrons that def2-ECP replaces (Z 37–54: 28, Cs Ba La: 46, Ce–Lu: 28, Hf–Rn: 60); lighter elements keep all
 * electrons. ORCA prints these numbers: 28 for Sn, 46 for Cs, 60 for Ir.
 */
export function def2CoreElectronsOf(symbol: string): number {
  const atomicNumber = atomicNumberOf(symbol) ?? 0;
  if (atomicNumber < 37 || atomicNumber > 86) return 0;
  if (atomicNumber <= 54) return 28;
  if (atomicNumber <= 57) return 46;
  return atomicNumber <= 71 ? 28 : 60;
}

/**
 * Electrons that a named ECP replaces, undefined where that is not known here.
 * def-ECP: 60 for Ac–Lr, as ORCA 6.1 prints for U, Np and Am (NpF3 is left with 60 of 120 electrons). 78 for Fr and
 * Ra follows from the potentials that ORCA cites for them (Lim et al. 2005) and has not been seen in an output.
 */
export function ecpCoreElectronsOf(symbol: string, ecp: string): number | undefined {
  if (/^def2-ecp$/i.test(ecp)) return def2CoreElectronsOf(symbol);
  if (!/^def-ecp$/i.test(ecp) || !takesActinideBasis(symbol)) return undefined;
  return isActinide(symbol) ? 60 : 78;
}
