import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readVariable } from '../../../core/config/environment.ts';
import { findPackageRoot } from '../../../core/config/package-root.ts';
import { OactError } from '../../../core/errors.ts';
import { campaignOf } from '../../campaign/campaign-of.ts';
import { print } from '../../terminal/print.ts';
import type { ServeFlags } from '../run-serve.ts';
import { renderCronLine, renderUnit, type Service, unitNameOf } from './render-service.ts';

/** Prints what keeps `oact serve` running, or writes it. Starts nothing. */
export function runInstall(command: Command, flags: ServeFlags): void {
  const campaign = campaignOf(command);
  const program = [process.execPath, join(findPackageRoot(), 'bin', 'oact.js')];
  const service: Service = {
    campaignId: campaign.config.campaign,
    directory: campaign.dir,
    words: [
      ...program,
      'serve',
      ...serveWords(process.argv.slice(2)),
      ...(flags.logFile === undefined ? ['--log-file', 'serve.log'] : []),
    ],
  };
  if (flags.install === 'cron') {
    if (flags.write === true)
      throw new OactError('USAGE', '--write is for systemd: a crontab may hold lines of others', {
        hint: 'Add the line that oact serve --install cron prints with crontab -e.',
      });
    return print(renderCronLine(service));
  }
  if (flags.write !== true) return print(renderUnit(service).trimEnd());
  const dir = join(readVariable('XDG_CONFIG_HOME') ?? join(homedir(), '.config'), 'systemd', 'user');
  mkdirSync(dir, { recursive: true });
  const name = unitNameOf(service);
  writeFileSync(join(dir, name), renderUnit(service));
  print(`${join(dir, name)} is written. To start it now and at each boot:
  systemctl --user daemon-reload && systemctl --user enable --now ${name}
  loginctl enable-linger    # so that it runs while you are logged out, where the site allows it
To remove it: systemctl --user disable --now ${name}, then delete the file.`);
}

/** The flags of this call without those of the installation, and without -C, which the working directory says. */
export function serveWords(words: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (['--install', '-C', '--directory'].includes(word)) at += 1;
    else if (!/^--(?:install|directory)=|^--write$|^--once$|^serve$/.test(word)) kept.push(word);
  }
  return kept;
}
