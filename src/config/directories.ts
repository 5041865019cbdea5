import path from 'node:path';
import { UsageError } from '../domain/errors.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { asUnusableDirectory, makePrivateDirectory } from '../platform/private-directory.ts';
import { currentDirectory } from './current-directory.ts';

/** Where taskdeck keeps its files. Absolute paths; nothing is created by looking. */
export interface Directories {
  /** What the user writes: the config file, profiles. */
  readonly config: string;
  /** What taskdeck writes: databases, the local server's files, logs. */
  readonly state: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The directories by `TASKDECK_CONFIG_DIR` and `TASKDECK_STATE_DIR`, else by the XDG variables on every Unix
 * (macOS too: people who keep their settings in a repository expect it), else where Windows wants them.
 */
export function directories(env: Environment, platform: NodeJS.Platform = process.platform): Directories {
  const usual = platform === 'win32' ? windowsDirectories(env) : unixDirectories(env);
  return {
    config: fromVariable(env, CONFIG_VARIABLE) ?? usual.config,
    state: fromVariable(env, STATE_VARIABLE) ?? usual.state,
  };
}

/** What to set where the config directory cannot be used. */
export const CONFIG_VARIABLE = 'TASKDECK_CONFIG_DIR';
/** What to set where the state directory cannot be used. */
export const STATE_VARIABLE = 'TASKDECK_STATE_DIR';

/**
 * Creates the state directory, readable by its owner alone, and returns its path.
 * @throws UnusableDirectory
 */
export function createStateDirectory(stateDir: string): string {
  try {
    makePrivateDirectory(stateDir);
  } catch (error) {
    throw asUnusableDirectory(stateDir, STATE_VARIABLE, error);
  }
  return stateDir;
}

const fromVariable = (env: Environment, name: string): string | undefined =>
  env[name] === undefined || env[name] === '' ? undefined : absolutePath(env[name], name);

/**
 * The path that a variable holds, relative to the current directory.
 * @throws UsageError where that was deleted
 */
export function absolutePath(directory: string, variable: string): string {
  if (path.isAbsolute(directory)) return path.resolve(directory);
  const current = currentDirectory();
  if (current !== null) return path.resolve(current, directory);
  throw new UsageError(
    `${variable} is relative (${directory}), and the current directory was deleted: set it to an absolute path.`,
  );
}

function unixDirectories(env: Environment): Directories {
  const home = homeDirectory(env);
  return {
    config: path.join(absoluteOrUndefined(env.XDG_CONFIG_HOME) ?? path.join(home, '.config'), 'taskdeck'),
    state: path.join(
      absoluteOrUndefined(env.XDG_STATE_HOME) ?? path.join(home, '.local', 'state'),
      'taskdeck',
    ),
  };
}

/** The XDG specification wants relative paths to be ignored. */
const absoluteOrUndefined = (value: string | undefined): string | undefined =>
  value !== undefined && path.isAbsolute(value) ? value : undefined;

/** Where programs on Windows keep settings, and what they write by themselves. */
function windowsDirectories(env: Environment): Directories {
  const appData = (name: string, folder: string): string =>
    fromVariable(env, name) ?? path.join(homeDirectory({ HOME: env.USERPROFILE }), 'AppData', folder);
  return {
    config: path.join(appData('APPDATA', 'Roaming'), 'taskdeck', 'Config'),
    state: path.join(appData('LOCALAPPDATA', 'Local'), 'taskdeck', 'Log'),
  };
}
