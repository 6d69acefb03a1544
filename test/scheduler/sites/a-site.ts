import { loadSites } from '../../../scheduler/sites/load-sites.ts';
import { resolveSite } from '../../../scheduler/sites/merge-sites.ts';
import { planScript, type ScriptPlan, type ScriptWishes } from '../../../scheduler/script/plan-script.ts';
import { renderScript } from '../../../scheduler/script/render-script.ts';
import { readShippedScript } from '../../../scheduler/script/shipped-scripts.ts';
import type { Site } from '../../../scheduler/sites/site-schema.ts';

/** One of oact's own sites. */
export function builtInSite(name: string): Site {
  return resolveSite(name, loadSites('/'));
}

export function planFor(wishes: ScriptWishes, siteName?: string): ScriptPlan {
  return planScript(wishes, siteName === undefined ? null : builtInSite(siteName));
}

export function renderFor(wishes: ScriptWishes, siteName?: string): string {
  const plan = planFor(wishes, siteName);
  return renderScript(readShippedScript(plan.scheduler), plan, null);
}

/** The lines of a script that the shipped one does not have. */
export function newLines(wishes: ScriptWishes, siteName?: string): string[] {
  const plan = planFor(wishes, siteName);
  const shipped = new Set(readShippedScript(plan.scheduler).split('\n'));
  return renderFor(wishes, siteName)
    .split('\n')
    .filter((line) => !shipped.has(line));
}
