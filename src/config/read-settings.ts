import { existsSync } from 'node:fs';
import path from 'node:path';
import { defaultSettings } from './default-settings.ts';
import type { KeyFaultIn, Settings } from './settings.ts';

/**
 * The settings in the config directory. Where there is no file, as for most, nothing of what reads one is loaded.
 * @throws UsageError that names file, line and field of the first fault
 */
export async function readSettings(directory: string, keyFault: KeyFaultIn): Promise<Settings> {
  if (!existsSync(path.join(directory, 'config.jsonc'))) return defaultSettings;
  const { readConfigFile, settingsFrom } = await import('./settings-file.ts');
  return settingsFrom(readConfigFile(directory), keyFault);
}
