import { changedSettings, RESTART_SETTINGS, type Settings } from '../domain/settings.ts';
import { type LoadedSettings, loadSettings, SERVER_SETTINGS, type ServerSettings } from './load-settings.ts';
import type { FindKeyFaults } from './settings.ts';

/** The settings of the config file and of the command line, which can be read again. */
export interface SettingsSource {
  readonly current: Settings;
  /** The faults of the file and what applies meanwhile, in sentences; null when it has none. */
  readonly fault: string | null;
  /**
   * Reads the file again. A file with a fault changes nothing but `fault`; a deleted one means the defaults. Calls run one
   * after the other.
   */
  reload(): Promise<SettingsChange>;
}

/** The settings whose values changed. */
export interface SettingsChange {
  /** They apply now. */
  readonly applied: readonly string[];
  /** They apply at the next start. */
  readonly atNextStart: readonly string[];
}

/** @param overrides settings of the command line and the environment, which win over the file */
export async function openSettings(
  directory: string,
  keyFaults: FindKeyFaults,
  overrides: Partial<Settings>,
): Promise<SettingsSource> {
  const load = (): Promise<LoadedSettings> => loadSettings(directory, keyFaults);
  const first = await load();
  let current: Settings = { ...first.settings, ...overrides };
  let { serverSettings, fault } = first;
  /** Which settings apply while the file has a fault, in a sentence. */
  let consequence = first.fault?.consequence ?? UNCHANGED;
  let last: Promise<unknown> = Promise.resolve();

  async function reload(): Promise<SettingsChange> {
    const loaded = await load();
    ({ fault } = loaded);
    if (fault !== null) return { applied: [], atNextStart: [] };
    const before = { current, serverSettings };
    current = { ...loaded.settings, ...overrides };
    ({ serverSettings } = loaded);
    consequence = UNCHANGED;
    const names = changedSettings(before.current, current);
    const isLate = (name: keyof Settings): boolean => RESTART_SETTINGS.includes(name);
    return {
      applied: [
        ...names.filter((name) => !isLate(name)),
        ...changedServerSettings(before.serverSettings, serverSettings),
      ],
      atNextStart: names.filter(isLate),
    };
  }

  return {
    get current() {
      return current;
    },
    get fault() {
      return fault === null ? null : `${fault.message} ${consequence}`;
    },
    reload() {
      const next = last.then(reload);
      last = next.catch(() => {});
      return next;
    },
  };
}

const UNCHANGED = 'The settings from before apply.';

const changedServerSettings = (before: ServerSettings, after: ServerSettings): readonly string[] =>
  SERVER_SETTINGS.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
