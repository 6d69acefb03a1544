import { describe, expect, it } from 'vitest';
import {
  distanceOf,
  findBonds,
  findOrientation,
  parseFrames,
  renderXyz,
  turn,
} from '../../../board/client/molecule-geometry.js';
import { covalentRadiusOf } from '../../../orca/structure/measure-distances.ts';

const frame = (x: number): string => `3\nenergy ${x}\nU 0 0 0\nO 0 0 ${x}\nO 0 0 -${x}\n`;

describe('frames of a trajectory', () => {
  it('are read one after the other; one that is cut off is left out', () => {
    const frames = parseFrames(`${frame(1.8)}${frame(1.79)}3\ncut\nU 0 0`);
    expect(frames.map(({ comment }) => comment)).toEqual(['energy 1.8', 'energy 1.79']);
    expect(frames[1]?.atoms[2]).toEqual({ symbol: 'O', x: 0, y: 0, z: -1.79 });
    for (const text of ['', 'x', '0\n\n', '2\n\nU 0 0 0', '1\n\nU a b c\n', '1000000000\n'])
      expect(parseFrames(text)).toEqual([]);
  });
  it('of very many, the first and the last stay', () => {
    const frames = parseFrames(Array.from({ length: 100 }, (_, index) => frame(index + 1)).join(''), 10);
    expect(frames).toHaveLength(10);
    expect([frames[0]?.comment, frames.at(-1)?.comment]).toEqual(['energy 1', 'energy 100']);
  });
});

it('metal and ligand are bound by covalent radii, and not the second shell', () => {
  const radii = { U: covalentRadiusOf('U'), O: covalentRadiusOf('O'), H: covalentRadiusOf('H') };
  const atoms = [
    { symbol: 'U', x: 0, y: 0, z: 0 },
    { symbol: 'O', x: 0, y: 0, z: 1.78 },
    { symbol: 'O', x: 2.45, y: 0, z: 0 },
    { symbol: 'H', x: 3.0, y: 0.78, z: 0 },
    { symbol: 'O', x: 0, y: 4.2, z: 0 },
  ];
  expect(findBonds(atoms, radii)).toEqual([
    [0, 1],
    [0, 2],
    [2, 3],
  ]);
  expect(findBonds(atoms, {})).toEqual([]);
});

describe('the first view', () => {
  it('lays the longest extent along x and the next along y, and changes no distance', () => {
    const atoms = [
      { symbol: 'U', x: 1, y: 1, z: 1 },
      { symbol: 'O', x: 1, y: 1, z: 9 },
      { symbol: 'O', x: 1, y: 1, z: -7 },
      { symbol: 'Cl', x: 4, y: 1, z: 1 },
      { symbol: 'Cl', x: -2, y: 1, z: 1 },
      { symbol: 'H', x: 1, y: 2, z: 1 },
    ];
    const turned = turn(atoms, findOrientation(atoms));
    const extent = (axis: 'x' | 'y' | 'z'): number => Math.max(...turned.map((atom) => Math.abs(atom[axis])));
    expect(extent('x')).toBeGreaterThan(extent('y'));
    expect(extent('y')).toBeGreaterThan(extent('z'));
    const distances = (of: typeof atoms): number[] =>
      of.flatMap((one) => of.map((other) => Math.round(1e6 * distanceOf(one, other))));
    expect(distances(turned)).toEqual(distances(atoms));
  });
  it('is finite for one atom, a line and a point twice', () => {
    for (const atoms of [
      [{ symbol: 'U', x: 1, y: 2, z: 3 }],
      [
        { symbol: 'O', x: 0, y: 0, z: 0 },
        { symbol: 'O', x: 0, y: 3, z: 0 },
      ],
      [
        { symbol: 'O', x: 1, y: 1, z: 1 },
        { symbol: 'O', x: 1, y: 1, z: 1 },
      ],
    ])
      expect(renderXyz(turn(atoms, findOrientation(atoms)))).not.toMatch(/NaN|Infinity/);
  });
});
