import type { BoardChemistry } from '../../board/server/board-ports.ts';
import { describeRemedies } from '../../orca/retry/describe-remedies.ts';
import { parseGeometry } from '../../orca/structure/parse-geometry.ts';
import { createCurveFollower } from '../../orca/progress/read-curves.ts';
import { readLastFrame, tailOfTrajectory } from '../../orca/input/read-last-frame.ts';

/** What the pages know of ORCA. */
export const boardChemistry: BoardChemistry = {
  followCurves: createCurveFollower,
  parseGeometry,
  readLastFrame,
  tailOfTrajectory,
  describeRemedies,
};
