import { OactError } from '../../core/errors.ts';
import { schedulers } from '../schedulers.ts';
import type { ScriptPlan } from './plan-script.ts';
import { quotePath, quoteWord } from './safe-values.ts';

const byName = 'oact=${OACT:-oact}';
/** Both look at the node with the same flags. */
const calls = ['"$oact" doctor node --quiet', '"$oact" consume'];
const moduleExample = '# module load nodejs';

/**
 * A shipped script with the values of a plan in it. Pure.
 * @param template `scheduler-scripts/consumer.slurm`, `.flux` or `.pbs`
 * @param program the path of oact; null: PATH finds it
 * @throws OactError INTERNAL when the template lacks a line that is to be filled
 */
export function renderScript(template: string, plan: ScriptPlan, program: string | null): string {
  let lines = template.split('\n');
  for (const [line, put] of schedulers[plan.scheduler].script.fill(plan))
    lines = replaceLine(lines, line, put);
  if (plan.site) lines.splice(1, 0, headerOf(plan.site, plan.unverified));
  lines = replaceLine(lines, moduleExample, settingLines(plan));
  const flags = plan.flags.map((flag) => ` ${quoteWord(flag)}`).join('');
  let text = lines.join('\n');
  for (const call of calls) text = replaceOnce(text, `${call} "$@"`, `${call}${flags} "$@"`);
  return program === null ? text : nameProgram(text, program);
}

/**
 * Lets a script find this oact without PATH. A path that a shell would read otherwise is left to PATH.
 * @param text a shipped script or one made of it
 */
export function nameProgram(text: string, program: string): string {
  return /^[\w./+-]+$/.test(program) ? replaceOnce(text, byName, `oact=\${OACT:-${program}}`) : text;
}

function headerOf(site: { name: string; title: string | null }, unverified: readonly string[]): string {
  const title = site.title === null ? '' : ` (${site.title})`;
  const doubt = unverified.length === 0 ? '' : ` Not verified: ${unverified.join(', ')}.`;
  return `# Made by oact alloc script for ${site.name}${title}.${doubt}`;
}

/** What the shell of a node does before oact starts. Without any, the example stays. */
function settingLines({ modules, variables }: ScriptPlan): string[] {
  const lines = [
    ...(modules.length === 0
      ? []
      : ['# shellcheck source=/dev/null', 'type module >/dev/null 2>&1 || . /etc/profile', ...modules]),
    ...variables.map(([name, value]) => `export ${name}=${quotePath(value)}`),
  ];
  return lines.length === 0 ? [moduleExample] : lines;
}

/** The line may be indented; what replaces it is, too. */
function replaceLine(lines: readonly string[], line: string, put: readonly string[]): string[] {
  const at = findLine(lines, line);
  const indent = /^ */.exec(lines[at] ?? '')?.[0] ?? '';
  return [...lines.slice(0, at), ...put.map((text) => indent + text), ...lines.slice(at + 1)];
}

function findLine(lines: readonly string[], line: string): number {
  const at = lines.findIndex((candidate) => candidate.trim() === line);
  if (at < 0) throw new OactError('INTERNAL', `the shipped script has no line '${line}'`);
  return at;
}

function replaceOnce(text: string, part: string, put: string): string {
  if (!text.includes(part)) throw new OactError('INTERNAL', `the shipped script has no '${part}'`);
  return text.replace(part, () => put);
}
