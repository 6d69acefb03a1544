import { OactError } from '../../core/errors.ts';

/** The OactError that `run` throws; any other ending fails the test. */
export function catchError(run: () => unknown): OactError {
  try {
    run();
  } catch (error) {
    if (error instanceof OactError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
