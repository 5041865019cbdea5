import { existsSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../domain/errors.ts';
import { defaultSettings } from './default-settings.ts';
import type { KeyFaultIn, Settings } from './settings.ts';

export interface SoundSettings {
  readonly settings: Settings;
  /** Names file, line and field of the first fault, and what holds meanwhile; null when there is none. */
  readonly fault: string | null;
}

/**
 * What of the settings in the config directory can be understood: a field with a fault is as if it were not there, so that
 * a slip of the pen keeps nobody from their tasks. Whether conversations are kept may have been meant either way: then
 * none is. Where there is no file, as for most, nothing of what reads one is loaded.
 */
export async function soundSettings(directory: string, keyFault: KeyFaultIn): Promise<SoundSettings> {
  if (!existsSync(path.join(directory, 'config.jsonc'))) return { settings: defaultSettings, fault: null };
  const { readConfigFile, settingsFrom } = await import('./settings-file.ts');
  const faults: string[] = [];
  const orFault = <Result>(read: () => Result): Result | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      faults.push(error.message);
      return null;
    }
  };
  const file = orFault(() => readConfigFile(directory));
  const whole = orFault(() => settingsFrom(file, keyFault));
  if (file !== null && whole !== null) return { settings: whole, fault: null };
  const fields = file === null ? [] : fieldsOf(file.value);
  const sound = fields.filter(
    ([name, value]) =>
      file !== null && orFault(() => settingsFrom({ ...file, value: { [name]: value } }, keyFault)) !== null,
  );
  const settings =
    file === null ? defaultSettings : settingsFrom({ ...file, value: Object.fromEntries(sound) }, keyFault);
  const [fault = ''] = faults;
  const isKnown = fields.length > 0 && (sound.some(isArchive) || !fields.some(isArchive));
  if (isKnown) return { settings, fault: `${fault} The rest of the file holds.` };
  return {
    settings: { ...settings, archive: false },
    fault: `${fault} Until it is corrected, no conversation is kept on this machine.`,
  };
}

const fieldsOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

const isArchive = ([name]: readonly [string, unknown]): boolean => name === 'archive';
