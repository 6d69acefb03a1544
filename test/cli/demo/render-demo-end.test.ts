import { describe, expect, it } from 'vitest';
import { nameOfProgram, renderDemoEnd } from '../../../cli/demo/render-demo-end.ts';

describe('the program is named as it can be called again', () => {
  const root = '/p/oact';

  it.each([
    [{ script: '/usr/bin/oact', npmCommand: undefined, root, workingDir: '/home/me' }, 'oact'],
    [{ script: '/p/oact/bin/oact.js', npmCommand: 'run-script', root, workingDir: root }, 'npx oact'],
    [
      { script: '/x/.bin/oact', npmCommand: 'exec', root: '/w/node_modules/oact', workingDir: '/w' },
      'npx oact',
    ],
    // npx of a file or a name: `npx oact` elsewhere would fetch a stranger's package.
    [
      { script: '/c/_npx/1/.bin/oact', npmCommand: 'exec', root, workingDir: '/empty' },
      'node /p/oact/bin/oact.js',
    ],
    [
      { script: '/p/oact/bin/oact.js', npmCommand: undefined, root, workingDir: root },
      'node /p/oact/bin/oact.js',
    ],
  ])('%j → %s', (call, name) => {
    expect(nameOfProgram(call)).toBe(name);
  });
});

it('one failure is explained in two sentences', () => {
  const text = [
    'It failed: E = -1.5 Eh after 3 runs. The SCF of orca.out did not converge.',
    'A third sentence.',
  ];
  const end = renderDemoEnd({ program: 'oact', dir: 'd', token: 't', failed: { id: 8, name: 'a', text } });
  expect(end).toMatch(/ {2}It failed: E = -1\.5 Eh after 3 runs\. The SCF of orca\.out did not converge\.\n/);
  expect(end).not.toContain('A third');
  expect(renderDemoEnd({ program: 'oact', dir: 'd', token: 't', failed: null })).not.toContain('Why');
});
