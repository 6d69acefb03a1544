import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { renderCampaignFile, writeCampaignFile } from '../../../cli/campaign/write-campaign-file.ts';
import { findCampaignDir, loadCampaign } from '../../../core/config/load-config.ts';
import { type CampaignDir, makeCampaignDir } from '../../support/campaign-dir.ts';
import { catchError } from '../../workflow/expect-error.ts';

let home: CampaignDir;
let campaign: CampaignDir;

beforeEach(() => {
  home = makeCampaignDir();
  campaign = makeCampaignDir();
  vi.stubEnv('HOME', home.dir);
});

afterEach(() => {
  vi.unstubAllEnvs();
  home.remove();
  campaign.remove();
});

const writeSettings = (text: string): void => writeFileSync(join(campaign.dir, 'oact.yaml'), text);
function writeUserSettings(text: string): void {
  mkdirSync(join(home.dir, '.config', 'oact'), { recursive: true });
  writeFileSync(join(home.dir, '.config', 'oact', 'oact.yaml'), text);
}

describe('loadCampaign', () => {
  it('lays flag over environment over campaign over user over default', () => {
    writeUserSettings('node: { slots: 1, coresPerSlot: 1, reserveCores: 1, grace: 1s }');
    writeSettings('campaign: 0a1b2c3d\nnode: { slots: 2, coresPerSlot: 2, reserveCores: 2 }');
    vi.stubEnv('OACT_NODE_SLOTS', '3');
    vi.stubEnv('OACT_NODE_CORES_PER_SLOT', '3');
    const { config } = loadCampaign(campaign.dir, { node: { slots: 4 } });
    expect(config.node).toMatchObject({
      slots: 4,
      coresPerSlot: 3,
      reserveCores: 2,
      grace: 1,
      idleTimeout: 600,
    });
  });

  it('is found from a directory below it, and its paths are absolute', () => {
    writeSettings('campaign: 0a1b2c3d\njobRoot: runs\n');
    const below = join(campaign.dir, 'jobs', 'job_1');
    mkdirSync(below, { recursive: true });
    expect(findCampaignDir(below)).toBe(campaign.dir);
    expect(loadCampaign(below)).toMatchObject({
      dir: campaign.dir,
      databasePath: join(campaign.dir, 'workflow.db'),
      jobRoot: join(campaign.dir, 'runs'),
    });
  });

  it('takes an empty variable for one that is not set', () => {
    writeSettings('campaign: 0a1b2c3d\norca: { path: /opt/orca }');
    vi.stubEnv('OACT_ORCA_PATH', '');
    expect(loadCampaign(campaign.dir).config.orca.path).toBe('/opt/orca');
  });

  it('says so where there is no campaign', () => {
    const error = catchError(() => loadCampaign(campaign.dir));
    expect(error.code).toBe('CAMPAIGN_NOT_FOUND');
    expect(error.message).toContain(campaign.dir);
    expect(error.hint).toContain('oact init');
  });

  it.each([
    ['campaign: 0a1b2c3d\n\tnode: 1', 'cannot be read'],
    ['- a\n- list\n', "no 'key: value' lines"],
    ['just words', "no 'key: value' lines"],
    ['campaign: 0a1b2c3d\nnodes: { slots: 4 }', 'nodes'],
    ['', 'campaign'],
  ])('refuses the file %j', (text, words) => {
    writeSettings(text);
    const error = catchError(() => loadCampaign(campaign.dir));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(join(campaign.dir, 'oact.yaml'));
    expect(error.message).toContain(words);
  });
});

it('says which line, variable or flag is wrong', () => {
  writeUserSettings('orca:\n  path: 7\n');
  writeSettings('campaign: 0a1b2c3d\nnode:\n  grace: soon\n');
  vi.stubEnv('OACT_NODE_SLOTS', 'many');
  const { message } = catchError(() => loadCampaign(campaign.dir, { job: { crashLimit: 0 } }));
  expect(message).toContain(`${join(campaign.dir, 'oact.yaml')}:3: node.grace`);
  expect(message).toContain(`${join(home.dir, '.config', 'oact', 'oact.yaml')}:2: orca.path`);
  expect(message).toContain('OACT_NODE_SLOTS: node.slots is a whole number');
  expect(message).toContain('a flag: job.crashLimit');
});

describe('the file that oact init writes', () => {
  // Ids that YAML reads as numbers when nobody quotes them.
  it.each(['0a1b2c3d', '12345678', '1234567e', '01234567', '12e45678'])(
    'holds the campaign id %s as text',
    (id) => {
      writeCampaignFile(campaign.dir, { campaign: id, database: 'workflow.db', jobRoot: 'jobs' });
      expect(loadCampaign(campaign.dir).config.campaign).toBe(id);
    },
  );

  it('is never written over', () => {
    writeSettings('campaign: 0a1b2c3d');
    writeCampaignFile(campaign.dir, { campaign: 'ffffffff', database: 'workflow.db', jobRoot: 'jobs' });
    expect(loadCampaign(campaign.dir).config.campaign).toBe('0a1b2c3d');
  });

  it('names only settings that exist in its comments', () => {
    const text = renderCampaignFile({ campaign: '0a1b2c3d', database: 'workflow.db', jobRoot: 'jobs' });
    const uncommented = text
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^# /, ''));
    writeSettings(uncommented.join('\n'));
    expect(parse(uncommented.join('\n'))).toHaveProperty('node.coresPerSlot');
    expect(loadCampaign(campaign.dir).config.job.maxFailCount).toBe(3);
  });
});
