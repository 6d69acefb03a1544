import type { Command } from 'commander';
import {
  type ConfigLayer,
  configLayers,
  isSection,
  listSettings,
  type RawConfig,
  recipeSettings,
  variableOf,
} from '../../core/config/config.ts';
import { parseRedisUrl } from '../../core/redis/redis-address.ts';
import { parseRecipeOptions } from '../../orca/recipe/recipe-options.ts';
import { describeStep } from '../../orca/retry/describe-remedies.ts';
import { describeRow, parseRetryPolicy } from '../../orca/retry/retry-policy.ts';
import { parseUserRecipes } from '../../orca/recipe/user-recipe.ts';
import { campaignOf } from './campaign-of.ts';
import { printJson, print, renderTable } from '../terminal/print.ts';

const valueAt = (config: RawConfig, setting: string): unknown => {
  let value: unknown = config;
  for (const key of setting.split('.')) {
    value = isSection(value) ? value[key] : undefined;
  }
  return value;
};

export function showConfig(command: Command, flags: { origin?: boolean; json?: boolean }): void {
  const { config, layers } = campaignOf(command);
  // Both are checked where they are used, too; a user who looks should learn of a mistake here.
  parseRecipeOptions(config.recipe, parseUserRecipes(config.recipes));
  const policy = Object.entries(parseRetryPolicy(config.retry.classes)).filter(
    ([, row]) => row.isFinal !== true,
  );
  const settings = listSettings().map((setting) => {
    const origin = configLayers.findLast(
      (layer): layer is Exclude<ConfigLayer, 'default'> =>
        layer !== 'default' && valueAt(layers[layer], setting) !== undefined,
    );
    const value = valueAt(config, setting);
    // A Redis URL may hold a password.
    const shown =
      setting === 'redis.url' && typeof value === 'string' ? parseRedisUrl(value, 'external').url : value;
    return {
      setting,
      value: shown,
      origin: origin ?? 'default',
      variable: recipeSettings.includes(setting) ? null : variableOf(setting),
    };
  });
  if (flags.json === true) {
    const inForce = Object.fromEntries(policy.map(([name, row]) => [name, describeRow(row)]));
    return printJson(
      settings.map((one) => (one.setting === 'retry.classes' ? { ...one, value: inForce } : one)),
    );
  }
  const rows = settings.map(({ setting, value, origin, variable }) => [
    setting,
    typeof value === 'string' ? value : JSON.stringify(value),
    ...(flags.origin === true ? [origin, variable] : []),
  ]);
  print(renderTable(['setting', 'value', ...(flags.origin === true ? ['from', 'variable'] : [])], rows));
  const ladders = policy.map(([name, { times, ladder, waits }]) => [
    name,
    times,
    waits ? 'later' : 'at once',
    ladder.map(describeStep).join(' → '),
  ]);
  print(`\n${renderTable(['retried after', 'times', 'when', 'with, one after the other'], ladders, [1])}`);
}
