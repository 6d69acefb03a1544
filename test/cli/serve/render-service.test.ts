import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { renderCronLine, renderUnit } from '../../../cli/serve/install/render-service.ts';
import { serveWords } from '../../../cli/serve/install/run-install.ts';

const service = {
  campaignId: '0a1b2c3d',
  directory: '/lustre/me/my campaign',
  words: ['/usr/bin/node', '/opt/oact/bin/oact.js', 'serve', '--job-dir-pattern', '50%_$x"y'],
};

describe('what keeps serve running', () => {
  it('is a unit that starts it again and hands every word over as it is', () => {
    const unit = renderUnit(service);
    expect(unit).toContain('WorkingDirectory=/lustre/me/my campaign\n');
    expect(unit).toContain(
      String.raw`ExecStart="/usr/bin/node" "/opt/oact/bin/oact.js" "serve" "--job-dir-pattern" "50%%_$$x\"y"`,
    );
    expect(unit).toContain('Restart=on-failure');
  });

  it('is a line of cron that a shell reads as meant', () => {
    const line = renderCronLine({
      ...service,
      words: ['printf', '%s|', "it's", '$HOME', 'a b'],
      directory: '/tmp',
    });
    expect(line).toMatch(/^\*\/5 \* \* \* \* {2}cd \/tmp && /);
    // cron takes the backslash before a percent sign away.
    const command = line.slice(line.indexOf('cd ')).replaceAll('\\%', '%');
    expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe("it's|$HOME|a b|--once|");
  });

  it.each([
    [
      ['-C', 'dir', 'serve', '--install', 'cron', '--high-water', '9'],
      ['--high-water', '9'],
    ],
    [
      ['serve', '--install=systemd', '--write', '--board-port', '0'],
      ['--board-port', '0'],
    ],
  ])('%j hands on %j', (words, kept) => {
    expect(serveWords(words)).toEqual(kept);
  });
});
