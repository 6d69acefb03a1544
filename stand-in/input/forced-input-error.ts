import type { FailureCategory } from '../failures/failure-categories.ts';
import {
  type InputError,
  noBasisError,
  noElectronsError,
  parityError,
  unknownIdentifierError,
  unknownWordsError,
  zeroDistanceError,
} from './input-error.ts';

/** Where the front end notices: while reading, while assigning the basis, or in its last checks. */
export type FrontStage = 'reading' | 'basis' | 'checks';

/** The complaint that a category asks for at a stage of the front end, whatever the input says. */
export function forcedInputError(
  stage: FrontStage,
  category: FailureCategory | undefined,
): InputError | undefined {
  if (stage === 'reading') {
    if (category === 'input_keyword') return unknownWordsError(['WB97MV']);
    return category === 'input_syntax' ? unknownIdentifierError('SCF', 3, 'CONVERGENZE') : undefined;
  }
  if (stage === 'basis') return category === 'input_basis' ? noBasisError(0, 'U') : undefined;
  if (category === 'input_multiplicity') return parityError(2, 46);
  if (category === 'input_no_electrons') return noElectronsError();
  return category === 'input_geometry' ? zeroDistanceError(0, 1) : undefined;
}
