import type { BoardChemistry } from '../../infra/board/board-ports.ts';
import { describeRemedies } from '../../orca/describe-remedies.ts';
import { parseGeometry } from '../../orca/parse-geometry.ts';
import { createCurveFollower } from '../../orca/read-curves.ts';
import { readLastFrame, tailOfTrajectory } from '../../orca/read-last-frame.ts';

/** What the pages know of ORCA. */
export const boardChemistry: BoardChemistry = {
  followCurves: createCurveFollower,
  parseGeometry,
  readLastFrame,
  tailOfTrajectory,
  describeRemedies,
};
