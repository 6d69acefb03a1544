import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderMarkerReason } from '../../core/job-dir/marker-reason.ts';
import { readMarker } from '../../producer/read-marker.ts';
import { makeCampaignDir } from '../support/campaign-dir.ts';

describe('renderMarkerReason', () => {
  it.each([
    ['{"failure_reason": "SCF hopeless"}', ': SCF hopeless'],
    ['{"error_message": "no memory"}', ': no memory'],
    ['{"failure_reason": null, "error_message": "no memory"}', ': no memory'],
    ['{"failure_reason": "first", "error_message": "second"}', ': first'],
    ['{"timestamp": 1}', ''],
    ['{"failure_reason": 5}', ''],
    ['', ''],
    ['{broken', ''],
    ['[]', ''],
  ])('%s', (text, reason) => {
    expect(renderMarkerReason(text)).toBe(`Blocked by .do_not_rerun.json marker${reason}`);
  });

  it('cuts a long reason', () => {
    const text = JSON.stringify({ failure_reason: 'x'.repeat(1000) });
    expect(renderMarkerReason(text)).toHaveLength('Blocked by .do_not_rerun.json marker: '.length + 200);
  });
});

describe('readMarker', () => {
  it('says nothing without a marker, and of a directory that does not exist', () => {
    const campaign = makeCampaignDir();
    onTestFinished(() => campaign.remove());
    expect(readMarker(campaign.dir)).toBeUndefined();
    expect(readMarker(join(campaign.dir, 'none'))).toBeUndefined();
  });

  it('blocks by its presence alone, readable or not', () => {
    const campaign = makeCampaignDir();
    onTestFinished(() => campaign.remove());
    mkdirSync(join(campaign.dir, 'a'));
    writeFileSync(join(campaign.dir, 'a', '.do_not_rerun.json'), '{"failure_reason":"enough"}');
    expect(readMarker(join(campaign.dir, 'a'))).toBe('Blocked by .do_not_rerun.json marker: enough');
    mkdirSync(join(campaign.dir, 'b', '.do_not_rerun.json'), { recursive: true });
    expect(readMarker(join(campaign.dir, 'b'))).toBe('Blocked by .do_not_rerun.json marker');
  });
});
