import { readFileSync } from 'node:fs';
import { parseSettings, SettingsError, SETTING_NAMES, type SettingsInput, type SettingMistake } from './settings.js';

// Settings from the environment: NAME, or NAME_FILE with the path of a file that holds the value (how containers hand over secrets).

type Environment = Readonly<Record<string, string | undefined>>;

/** `ringTimeoutS` → `RING_TIMEOUT_S`. */
export function environmentName(setting: keyof SettingsInput): string {
  return setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

export type Configuration = { readonly ok: true; readonly settings: SettingsInput } | { readonly ok: false; readonly problems: readonly string[] };

function readOne(environment: Environment, name: string): { value?: string } | { problem: string } {
  const value = environment[name] || undefined;
  const file = environment[`${name}_FILE`] || undefined;
  if (file === undefined) return value === undefined ? {} : { value };
  if (value !== undefined) return { problem: `set it or ${name}_FILE, not both` };
  try {
    return { value: readFileSync(file, 'utf8').trim() };
  } catch (error) {
    return { problem: `cannot read ${name}_FILE (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  }
}

function mistakesIn(settings: SettingsInput): readonly SettingMistake[] {
  try {
    parseSettings(settings);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.mistakes;
    throw error;
  }
}

/** The checked settings as the library takes them, or one line per mistake, all of them. */
export function readConfiguration(environment: Environment): Configuration {
  const settings: Partial<Record<keyof SettingsInput, string>> = {};
  const problems: string[] = [];
  for (const setting of SETTING_NAMES) {
    const name = environmentName(setting);
    const read = readOne(environment, name);
    if ('problem' in read) problems.push(`${name}: ${read.problem}`);
    else if (read.value !== undefined) settings[setting] = read.value;
  }
  problems.push(...mistakesIn(settings).map(({ setting, problem }) => `${environmentName(setting)}: ${problem}`));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings };
}
