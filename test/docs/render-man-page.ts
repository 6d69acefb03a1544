/** The manual page, from the same help texts as docs/cli.md. */
import type { Command } from 'commander';

/** roff reads a leading dot or quote as an order, a backslash as an escape, and a hyphen as one that may be typeset. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^([.'])/gm, '\\&$1')
    .replaceAll(/[^\n -~]/gu, nameSign);
}

/** groff reads bytes as Latin-1. */
function nameSign(sign: string): string {
  return `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

const paragraph = (text: string): string => `.PP\n${escape(text)}`;

/** Text as it stands, with its line ends. */
const literal = (text: string): string => `.PP\n.nf\n${escape(text)}\n.fi`;

/** @param width columns that help texts are wrapped for, so that the page is the same on every terminal */
export function renderManPage(program: Command, width: number): string {
  const help = program.createHelp();
  const commands = help.visibleCommands(program).filter((command) => command.name() !== 'help');
  return [
    '.\\" npm run docs:cli writes this file; do not edit it.',
    `.TH OACT 1 "" "oact ${program.version() ?? ''}" "oact"`,
    '.SH NAME',
    escape(`oact - ${program.description().replace(/\.$/, '')}`),
    '.SH SYNOPSIS',
    escape('oact [options] <command>'),
    '.SH OPTIONS',
    ...renderOptions(program, true),
    '.SH COMMANDS',
    ...commands.flatMap((command) => renderCommand(command, 'oact')),
    '.SH FILES',
    literal(
      'oact.yaml                  settings of a campaign; oact looks for it here and in the directories above\n~/.config/oact/oact.yaml   settings of a user',
    ),
    '.SH EXIT STATUS',
    literal(
      '0    done\n1    error\n2    wrong usage\n3    nothing to do\n4    done, but records failed (oact run)\n75   drained\n128+n  ended by signal n',
    ),
    '',
  ].join('\n');

  function renderCommand(command: Command, above: string): string[] {
    const name = `${above} ${command.name()}`;
    const children = command.createHelp().visibleCommands(command);
    return [
      `.SS ${escape(`${name} ${command.usage()}`)}`,
      escape(command.description()),
      ...renderOptions(command, false),
      ...renderAfter(command),
      ...children.filter((child) => child.name() !== 'help').flatMap((child) => renderCommand(child, name)),
    ];
  }

  function renderOptions(command: Command, isRoot: boolean): string[] {
    const own = command.createHelp();
    return own
      .visibleOptions(command)
      .filter((option) => isRoot || option.long !== '--help')
      .flatMap((option) => ['.TP', escape(option.flags), escape(own.optionDescription(option))]);
  }

  /** What `--help` says behind the flags: exit codes and examples. */
  function renderAfter(command: Command): string[] {
    let whole = '';
    command.configureOutput({
      writeOut: (part) => void (whole += part),
      getOutHelpWidth: () => width,
      getOutHasColors: () => false,
    });
    command.outputHelp();
    // Help of several lines is added last; the parts before it come from the tree.
    const at = whole.search(/^(?:Exit codes|Examples|To reach)/m);
    if (at === -1) return [];
    return whole
      .slice(at)
      .trimEnd()
      .split('\n\n')
      .map((part) => (part.includes('\n') ? literal(part) : paragraph(part)));
  }
}
