import { OactError } from '../../core/errors.ts';
import { type SchedulerName, schedulers } from '../schedulers.ts';

/** Accounts, queues and QOS: as every scheduler takes them, and no shell minds. */
const name = /^\w[\w.@:/+-]*$/;
const optionText = /^-{1,2}[A-Za-z][\w-]*(?:[ =][\w.,:=@%/+-]+)?$/;
const moduleWord = /^[\w.@:/+=-]+$/;
const moduleVerbs = ['load', 'unload', 'use', 'unuse', 'swap', 'switch', 'purge', 'restore', 'add', 'rm'];
const variableName = /^[A-Za-z_]\w*$/;

/**
 * Directives are comments to the shell, but every scheduler has quoting of its own: what is put there is refused, not
 * quoted, unless it is plain.
 */
function refuseUnless(pattern: RegExp, text: string, what: string): string {
  return pattern.test(text) ? text : refuse(text, what);
}

function refuse(text: string, what: string): never {
  throw new OactError('USAGE', `${JSON.stringify(text)} cannot be ${what}`, {
    hint: 'oact does not write quotes, $, ; or line breaks into a script. Add such a line by hand.',
  });
}

/** @throws OactError USAGE */
export const checkName = (text: string, what: string): string => refuseUnless(name, text, what);

/** @throws OactError USAGE */
export const checkConstraint = (text: string, scheduler: SchedulerName): string =>
  refuseUnless(schedulers[scheduler].script.constraint, text, `a constraint of ${scheduler}`);

/** @throws OactError USAGE */
export const checkDirective = (text: string): string =>
  refuseUnless(optionText, text, 'an option of a batch command');

/** @throws OactError USAGE */
export const checkVariableName = (text: string): string =>
  refuseUnless(variableName, text, 'the name of a variable');

/**
 * `nodejs/20`, `load nodejs/20` or `module load nodejs/20` → the whole line.
 * @throws OactError USAGE
 */
export function checkModuleLine(text: string): string {
  const words = text.split(' ').filter((word) => word !== '');
  if (words[0] === 'module') words.shift();
  if (words.length === 0) refuse(text, 'a module line');
  for (const word of words) refuseUnless(moduleWord, word, 'a word of a module line');
  const isCommand = moduleVerbs.includes(words[0] ?? '');
  return ['module', ...(isCommand ? [] : ['load']), ...words].join(' ');
}

/**
 * One word of a shell, whatever is in it.
 * @throws OactError USAGE for control characters, which are nowhere meant
 */
export function quoteWord(text: string): string {
  if (/\p{Cc}/u.test(text)) {
    throw new OactError('USAGE', `${JSON.stringify(text)} has a line break or a control character`);
  }
  return /^[\w.,:=@%/+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A path in which `{user}` stands for whoever runs the script. */
export function quotePath(text: string): string {
  return text
    .split('{user}')
    .map((part) => (part === '' ? '' : quoteWord(part)))
    .join('"$USER"');
}
