/** Runs whose law is known: a power of the functions, of the cores, and noise that a seed fixes. */
import type { JobShape, TimedRun } from '../../../packing/predict/job-shape.ts';

/** Numbers from 0 to 1 (the generator of Park and Miller). */
export function createUniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export const shapeOf = (carbons: number, change: Partial<JobShape> = {}): JobShape => ({
  elements: Array.from({ length: carbons }, () => 'C'),
  charge: 0,
  multiplicity: 1,
  recipe: 'omol',
  runType: 'single_point',
  cores: 8,
  doneShare: 0,
  ...change,
});

/** Seconds of a job without noise: 10 s for ten carbons on 8 cores, the cube of the size, and -0.7 of the cores. */
export const lawOf = ({ elements, cores }: JobShape): number =>
  10 * (elements.length / 10) ** 3 * ((cores ?? 8) / 8) ** -0.7;

export function drawRuns(
  count: number,
  sigma: number,
  change: (index: number) => Partial<JobShape> = () => ({}),
  seed = 7,
): TimedRun[] {
  const draw = createUniform(seed);
  return Array.from({ length: count }, (_, index) => {
    const shape = shapeOf(3 + Math.floor(draw() * 38), change(index));
    const normal = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    return { shape, seconds: lawOf(shape) * Math.exp(sigma * normal), ending: 'completed' };
  });
}
