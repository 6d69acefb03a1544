import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import {
  type Config,
  type ConfigLayer,
  configFromEnvironment,
  isSection,
  mergeConfig,
  type RawConfig,
  validateConfig,
  variableOf,
} from './config.ts';
import { readVariable } from './environment.ts';
import { messageOf, OactError } from '../errors.ts';
import { readPlainFileSync } from '../plain-file.ts';
import { findLine } from './mistakes/locate-setting.ts';

export const configFileName = 'oact.yaml';

/** A campaign directory with its settings; all paths absolute. */
export interface Campaign {
  dir: string;
  config: Config;
  databasePath: string;
  jobRoot: string;
  /** The layers as they were read, for `config show`. */
  layers: Record<Exclude<ConfigLayer, 'default'>, RawConfig>;
}

/** The nearest directory at or above `from` that holds an `oact.yaml`. */
export function findCampaignDir(from: string): string | undefined {
  for (let dir = resolve(from); ; dir = dirname(dir)) {
    if (existsSync(join(dir, configFileName))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

/** Where a user's own settings are, for all campaigns. */
export function userConfigDir(): string {
  return join(homedir(), '.config', 'oact');
}

/**
 * A file of settings, empty when it is not there.
 * @throws OactError CONFIG_INVALID when it is not YAML of keys and values
 */
export function readConfigFile(path: string): RawConfig {
  if (!existsSync(path)) return {};
  try {
    const value: unknown = parse(readPlainFileSync(path));
    if (value === null) return {};
    if (isSection(value)) return value;
  } catch (error) {
    throw new OactError('CONFIG_INVALID', `${path} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  throw new OactError('CONFIG_INVALID', `${path} has no 'key: value' lines`);
}

/**
 * Loads the campaign at or above `startDir`: flag > `OACT_*` > campaign > user > default.
 * @throws OactError CAMPAIGN_NOT_FOUND, CONFIG_INVALID
 */
export function loadCampaign(startDir: string, flags: RawConfig = {}): Campaign {
  const dir = findCampaignDir(startDir);
  if (dir === undefined) {
    throw new OactError('CAMPAIGN_NOT_FOUND', `no ${configFileName} in ${resolve(startDir)} or above it`, {
      hint: 'Change to a campaign directory, name it with -C DIR, or create one with oact init DIR.',
    });
  }
  const layers = {
    user: readConfigFile(join(userConfigDir(), configFileName)),
    campaign: readConfigFile(join(dir, configFileName)),
    environment: configFromEnvironment(readVariable),
    flag: flags,
  };
  const merged = [layers.user, layers.campaign, layers.environment, layers.flag].reduce(mergeConfig);
  const config = validateConfig(merged, (path) => placeOf(path, dir, layers));
  return {
    dir,
    config,
    databasePath: resolve(dir, config.database),
    jobRoot: resolve(dir, config.jobRoot),
    layers,
  };
}

/** Where the value of a setting comes from, as a user finds it: `/c/oact.yaml:7`, `OACT_NODE_SLOTS`, `a flag`. */
function placeOf(path: readonly PropertyKey[], dir: string, layers: Campaign['layers']): string {
  const has = (layer: RawConfig): boolean => {
    let value: unknown = layer;
    for (const key of path)
      value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
    return value !== undefined;
  };
  if (has(layers.flag)) return 'a flag';
  if (has(layers.environment)) return variableOf(path.slice(0, 2).map(String).join('.'));
  const file =
    has(layers.user) && !has(layers.campaign)
      ? join(userConfigDir(), configFileName)
      : join(dir, configFileName);
  const line = existsSync(file) ? findLine(readPlainFileSync(file), path) : undefined;
  return line === undefined ? file : `${file}:${line}`;
}
