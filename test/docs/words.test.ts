import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { findPackageRoot } from '../../core/config/package-root.ts';

const root = findPackageRoot();

/** Words of docs/glossary.md that texts do not use, each with the one that they do. */
const foreign: [found: RegExp, better: string][] = [
  [/\b(?:is|are|was|were|be|been) told\b/i, 'is notified, is reported'],
  [/\b(?:go|goes|going|went) on\b/i, 'resumes, continues'],
  [/\b(?:tried|tries) again\b/i, 'is retried'],
  [/\ba person\b|\bpersons?'s?\b|\bpeople\b/i, 'you, a user'],
  [/\bmend(?:ed|s|ing)?\b/i, 'fix, correct, restore'],
  [/\ba wish to\b/i, 'request'],
  [/\bhow many at most\b/i, 'maximum number of …'],
  [/\bkeeps? (?:\w+ ){1,3}true\b/i, 'keeps … up to date'],
  [/\bwhoever\b|\bsomebody\b/i, 'anyone who, another user'],
  [/\bRedis is away\b/i, 'Redis is down'],
];

/** What stands in git below some names; nothing without git, as in a published package. */
function listFiles(...patterns: string[]): string[] {
  try {
    const text = execFileSync('git', ['ls-files', '--', ...patterns], { cwd: root, encoding: 'utf8' });
    return text.split('\n').filter((file) => file !== '');
  } catch {
    return [];
  }
}

/** The line and the word of everything foreign in a text. */
function findForeign(text: string, file: string, firstLine = 1): string[] {
  return text.split('\n').flatMap((line, index) =>
    foreign.flatMap(([found, better]) => {
      const word = found.exec(line)?.[0];
      return word === undefined ? [] : [`${file}:${firstLine + index}: '${word}'; write: ${better}`];
    }),
  );
}

/** The same in what a program prints: strings of more than one word, no comments and no names. */
function findInStrings(source: string, file: string): string[] {
  if (findForeign(source, file).length === 0) return [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isText =
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node);
    if (isText && node.text.trim().includes(' ')) {
      const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
      found.push(...findForeign(node.text, file, line + 1));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const pages = listFiles('*.md').filter((file) => file !== 'docs/glossary.md');
const scripts = listFiles('scheduler-scripts/*').filter((file) => !file.endsWith('.md'));
const apart = /^(?:test|tools|stand-in|examples)\/|^[^/]*\.m?[jt]s$/;
const sources = listFiles('*.ts', '*.js').filter((file) => !apart.test(file));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe.skipIf(pages.length === 0)('the words of the glossary', () => {
  it('are those of the documents', () => {
    expect(pages.length).toBeGreaterThan(25);
    expect(pages.flatMap((file) => findForeign(read(file), file))).toEqual([]);
  });

  it('are those of the scheduler scripts and sites', () => {
    expect(scripts.length).toBeGreaterThan(6);
    expect(scripts.flatMap((file) => findForeign(read(file), file))).toEqual([]);
  });

  it('are those of help, messages, log lines and pages', () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(sources.flatMap((file) => findInStrings(read(file), file))).toEqual([]);
  });
});

it('foreign words are found', () => {
  const source = `// a person goes on\nconst a = 'nothing is told';\nconst b = \`fine \${a} goes\n on, Redis is away\`;\nconst c = 'person';`;
  expect(findInStrings(source, 'x.ts')).toEqual([
    expect.stringContaining("x.ts:2: 'is told'"),
    expect.stringContaining("x.ts:4: 'Redis is away'"),
  ]);
});
