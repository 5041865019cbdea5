import { existsSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../domain/errors.ts';
import type { ConfigFile } from './config-file.ts';
import { defaultSettings, type Settings } from './default-settings.ts';
import type { FindKeyFaults } from './settings.ts';

export interface LoadedSettings {
  readonly settings: Settings;
  /** All faults with file, line and field, and the settings that apply meanwhile; null without a fault. */
  readonly fault: string | null;
}

/**
 * Reads the settings in the config directory. Reports an invalid field and uses its default. Stores no conversations
 * while the setting `archive` is unclear.
 */
export async function loadSettings(directory: string, keyFaults: FindKeyFaults): Promise<LoadedSettings> {
  // Most users have no file: do not load the parser.
  if (!existsSync(path.join(directory, 'config.jsonc'))) return { settings: defaultSettings, fault: null };
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
    return { settings: { ...defaultSettings, archive: false }, fault: `${error.message} ${NOT_STORED}` };
  }
  if (file === null) return { settings: defaultSettings, fault: null };
  const settingFaults = settingsFaults(file, keyFaults);
  const faults = [...settingFaults, ...agentFaults(file), ...allowFaults(file), ...worktreeFaults(file)];
  if (faults.length === 0) return { settings: settingsFrom(file, keyFaults), fault: null };
  const settings = settingsFrom(withoutFaults(file, settingFaults), keyFaults);
  const { message } = file.errorFor(...faults);
  const isArchiveUnclear = settingFaults.some(
    ({ path: [field] }) => field === 'archive' || field === undefined,
  );
  return isArchiveUnclear
    ? { settings: { ...settings, archive: false }, fault: `${message} ${NOT_STORED}` }
    : { settings, fault: `${message} The other settings apply.` };
}

const NOT_STORED = 'Until you correct this, no conversation is stored on this machine.';
