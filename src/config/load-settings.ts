import { existsSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../domain/errors.ts';
import { defaultSettings, type Settings } from '../domain/settings.ts';
import type { ConfigFile } from './config-file.ts';
import { readIfExists } from './read-file.ts';
import type { FindKeyFaults } from './settings.ts';

export interface LoadedSettings {
  readonly settings: Settings;
  /** The values of the settings that only the local server uses, unchecked. */
  readonly serverSettings: ServerSettings;
  /** Null without a fault. */
  readonly fault: SettingsFault | null;
}

export type ServerSettings = Readonly<Partial<Record<(typeof SERVER_SETTINGS)[number], unknown>>>;

/** The local server reads these itself, and again after each change of the file. */
export const SERVER_SETTINGS = ['agents', 'allow', 'worktree'] as const;

interface SettingsFault {
  /** All faults with file, line and field, in sentences. */
  readonly message: string;
  /** Which settings apply meanwhile, in one or two sentences. */
  readonly consequence: string;
}

/**
 * Reads the settings in the config directory. Reports an invalid field and uses its default. Stores no conversations
 * while the setting `archive` is unclear, and sends nothing while `readOnly` is.
 */
export async function loadSettings(directory: string, keyFaults: FindKeyFaults): Promise<LoadedSettings> {
  // Most users have no file: do not load the parser.
  if (!existsSync(path.join(directory, 'config.jsonc'))) return NO_FILE;
  const {
    agentFaults,
    allowFaults,
    readConfigFile,
    settingsFaults,
    settingsFrom,
    withoutFaults,
    worktreeFaults,
  } = await import('./settings-bundle.ts');
  let file: ConfigFile | null;
  try {
    file = readConfigFile(directory);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return {
      ...NO_FILE,
      ...whileUnclear(defaultSettings, error.message, true, mentionsReadOnly(directory)),
    };
  }
  if (file === null) return NO_FILE;
  const serverSettings = serverSettingsOf(file);
  const settingFaults = settingsFaults(file, keyFaults);
  const faults = [...settingFaults, ...agentFaults(file), ...allowFaults(file), ...worktreeFaults(file)];
  if (faults.length === 0) return { settings: settingsFrom(file, keyFaults), serverSettings, fault: null };
  const isUnclear = (name: keyof Settings): boolean =>
    settingFaults.some(({ path: [field] }) => field === name || field === undefined);
  return {
    serverSettings,
    ...whileUnclear(
      settingsFrom(withoutFaults(file, settingFaults), keyFaults),
      file.errorFor(...faults).message,
      isUnclear('archive'),
      isUnclear('readOnly') && mentionsReadOnly(directory),
    ),
  };
}

/**
 * Whether the setting `readOnly` in the config directory is on, or unclear. Loads the parser only for a file that names
 * the setting.
 */
export async function isReadOnlyConfigured(directory: string): Promise<boolean> {
  if (!mentionsReadOnly(directory)) return false;
  return (await loadSettings(directory, () => [])).settings.readOnly;
}

const NO_FILE: LoadedSettings = { settings: defaultSettings, serverSettings: {}, fault: null };

function whileUnclear(
  settings: Settings,
  message: string,
  isArchiveUnclear: boolean,
  isReadOnlyUnclear: boolean,
): Pick<LoadedSettings, 'settings' | 'fault'> {
  const consequences = [
    ...(isArchiveUnclear ? ['no conversation is stored on this machine'] : []),
    ...(isReadOnlyUnclear ? ['nothing is sent'] : []),
  ];
  return {
    settings: {
      ...settings,
      ...(isArchiveUnclear && { archive: false }),
      ...(isReadOnlyUnclear && { readOnly: true }),
    },
    fault: {
      message,
      consequence:
        consequences.length === 0
          ? 'The other settings apply.'
          : `Until you correct this, ${consequences.join(', and ')}.`,
    },
  };
}

/** A file that cannot be read counts. */
function mentionsReadOnly(directory: string): boolean {
  try {
    return readIfExists(path.join(directory, 'config.jsonc'))?.includes('readOnly') === true;
  } catch {
    return true;
  }
}

function serverSettingsOf({ value }: ConfigFile): ServerSettings {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(SERVER_SETTINGS.map((name) => [name, Reflect.get(value, name) as unknown]));
}
