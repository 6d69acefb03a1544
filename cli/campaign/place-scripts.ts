import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planScript } from '../../scheduler/script/plan-script.ts';
import { nameProgram, renderScript } from '../../scheduler/script/render-script.ts';
import { programPath, readShippedScript, scriptNameOf } from '../../scheduler/script/shipped-scripts.ts';
import { schedulerNames } from '../../scheduler/schedulers.ts';
import type { Site } from '../../scheduler/sites/site-schema.ts';

/**
 * Puts the scheduler scripts into a campaign, where a person edits them: the one of a site, made for it, or all of them.
 * They get the absolute path of this oact, so that nodes find it without PATH. Scripts that are there stay.
 */
export function placeScripts(dir: string, site: Site | null): void {
  const wanted = site === null ? schedulerNames : [site.scheduler.value];
  for (const scheduler of wanted) {
    const target = join(dir, scriptNameOf(scheduler));
    if (existsSync(target)) continue;
    const shipped = readShippedScript(scheduler);
    const text =
      site === null
        ? nameProgram(shipped, programPath())
        : renderScript(shipped, planScript({}, site), programPath());
    writeFileSync(target, text);
  }
}
