import { expect, it } from 'vitest';
import { isSchedulerVariable } from '../../core/config/scheduler-variables.ts';
import { schedulers } from '../../scheduler/schedulers.ts';

it.each(Object.entries(schedulers))(
  'the variables of %s are known as those of a batch system: none reaches ORCA',
  (_, { variables }) => {
    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter((name) => !isSchedulerVariable(name))).toEqual([]);
  },
);
