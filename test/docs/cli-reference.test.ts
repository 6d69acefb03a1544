import { join } from 'node:path';
import type { Command } from 'commander';
import { spawnSync } from 'node:child_process';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { program } from '../../cli/main.ts';
import { findPackageRoot } from '../../core/config/package-root.ts';
import { hasPrograms } from '../support/has-programs.ts';
import { renderManPage } from './render-man-page.ts';

const path = join(findPackageRoot(), 'docs', 'cli.md');

/** As a terminal of this width shows it, whatever the width of the one that runs this. */
const width = 110;

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => void (text += part),
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trimEnd();
}

function isHidden(command: Command): boolean {
  return !command.parent?.createHelp().visibleCommands(command.parent).includes(command);
}

function render(command: Command, name: string): string[] {
  const children = command.commands.filter((child) => !isHidden(child));
  return [
    `## ${name}`,
    `\`\`\`text\n${helpOf(command)}\n\`\`\``,
    ...children.flatMap((child) => render(child, `${name} ${child.name()}`)),
  ];
}

it('docs/man/oact.1 says the same as a manual page (npm run docs:cli writes it, too)', async () => {
  const page = renderManPage(program, width);
  await expect(page).toMatchFileSnapshot(join(findPackageRoot(), 'docs', 'man', 'oact.1'));
});

it.skipIf(!hasPrograms('groff'))('the manual page is set without a complaint, and reads as text', () => {
  const { stdout, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-rLL=100n', '-P-cbou'], {
    input: renderManPage(program, width),
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  expect(stderr).toBe('');

  expect(stdout).toMatch(/^OACT\(1\)/);
  expect(stdout).toMatch(/^ +oact job list \[options\]/m);
  // A dash must stay one that a shell understands, and a line that begins with a dot must not be lost.
  expect(stdout).toContain('--status <list>');
});

it('docs/cli.md is what the commands say of themselves (npm run docs:cli writes it)', async () => {
  const text = [
    '# Commands',
    'The `--help` of every command. `npm run docs:cli` writes this file; do not edit it.',
    ...render(program, program.name()),
  ].join('\n\n');
  const formatted = await format(text, { ...(await resolveConfig(path)), filepath: path });
  await expect(formatted).toMatchFileSnapshot(path);
});
