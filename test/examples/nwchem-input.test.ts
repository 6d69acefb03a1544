import { describe, expect, it } from 'vitest';
import { chooseBases, chooseBasis } from '../../examples/engines/nwchem/choose-basis.mjs';
import { describeMethod, renderNwchemInput } from '../../examples/engines/nwchem/render-nwchem-input.mjs';
import { parseInput } from '../../examples/engines/shared/parse-input.mjs';

const uranyl = '! EnGrad\n%pal nprocs 2 end\n%maxcore 800\n*xyz 2 1\nU 0 0 0\nO 0 0 1.76\nO 0 0 -1.76\n*\n';

describe('the input for NWChem', () => {
  it('of a gradient, with a potential for the actinide alone', () => {
    const job = parseInput(uranyl);
    expect(describeMethod(job)).toBe('B3LYP, Stuttgart RSC 1997 ECP (U), 6-31G* (O)');
    expect(renderNwchemInput(job, '/scratch/a')).toBe(`start nwchem
title "an ORCA input, computed by NWChem"
permanent_dir /scratch/a
scratch_dir /scratch/a
memory total 800 mb
charge 2
geometry units angstroms noautosym nocenter
  U 0 0 0
  O 0 0 1.76
  O 0 0 -1.76
end
basis spherical
  U library stuttgart_rsc_1997_ecp
  O library 6-31g*
end
ecp
  U library stuttgart_rsc_1997_ecp
end
dft
  xc b3lyp
  mult 1
  iterations 125
  convergence energy 1e-6
end
task dft gradient
`);
  });

  it.each([
    ['! HF', 'task dft energy'],
    ['! HF EnGrad', 'task dft gradient'],
    ['! HF Opt\n%geom maxiter 8 end', 'driver\n  maxiter 7\nend\ntask dft optimize'],
  ])('of %s', (words, end) => {
    const text = renderNwchemInput(parseInput(`${words}\n*xyz 0 3\nO 0 0 0\nO 0 0 1.2\n*\n`), '/scratch');
    expect(text.endsWith(`${end}\n`)).toBe(true);
    expect(text).toContain('\n  mult 3\n');
    expect(text).not.toContain('ecp');
  });
});

describe('chooseBasis', () => {
  it.each<[string, number, string | undefined, string | null | undefined]>([
    ['H', 1, '6-31g*', null],
    ['Kr', 36, '6-31g*', null],
    ['Rb', 37, 'def2-svp', 'def2-ecp'],
    ['La', 57, 'def2-svp', 'def2-ecp'],
    ['Ce', 58, 'stuttgart_rsc_1997_ecp', 'stuttgart_rsc_1997_ecp'],
    ['Yb', 70, 'stuttgart_rsc_1997_ecp', 'stuttgart_rsc_1997_ecp'],
    ['Lu', 71, undefined, undefined],
    ['Rn', 86, 'def2-svp', 'def2-ecp'],
    ['Fr', 87, undefined, undefined],
    ['Ra', 88, undefined, undefined],
    ['Ac', 89, 'stuttgart_rsc_1997_ecp', 'stuttgart_rsc_1997_ecp'],
    ['Lr', 103, 'stuttgart_rsc_1997_ecp', 'stuttgart_rsc_1997_ecp'],
  ])('of %s', (_symbol, atomicNumber, basis, ecp) => {
    const choice = chooseBasis(atomicNumber);
    expect([choice?.basis, choice?.ecp]).toEqual([basis, ecp]);
  });

  it('names the atom that has none', () => {
    const { atoms } = parseInput('! HF\n*xyz 1 1\nO 0 0 0\nFr 0 0 2\n*\n');
    expect(() => chooseBases(atoms)).toThrow(/no main {3}basis functions on atom number {3}1 \(Fr\)/);
  });
});
