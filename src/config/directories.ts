import path from 'node:path';
import { UsageError } from '../domain/errors.ts';
import { homeDirectory } from '../platform/home-directory.ts';
import { asUnusableDirectory, makePrivateDirectory } from '../platform/private-directory.ts';
import { currentDirectory } from './current-directory.ts';

/** Directories of taskdeck's files, absolute; they may not exist. */
export interface Directories {
  /** Config file and profiles. */
  readonly config: string;
  /** Databases, files of the local server, logs. */
  readonly state: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Uses `TASKDECK_CONFIG_DIR` and `TASKDECK_STATE_DIR`, else the XDG variables on every Unix including macOS, where
 * users keep settings in a repository, else the folders of Windows.
 */
export function directories(env: Environment, platform: NodeJS.Platform = process.platform): Directories {
  const usual = platform === 'win32' ? windowsDirectories(env) : unixDirectories(env);
  return {
    config: fromVariable(env, CONFIG_VARIABLE) ?? usual.config,
    state: fromVariable(env, STATE_VARIABLE) ?? usual.state,
  };
}

export const CONFIG_VARIABLE = 'TASKDECK_CONFIG_DIR';
export const STATE_VARIABLE = 'TASKDECK_STATE_DIR';

/**
 * Creates the state directory with mode 0700 and returns its path.
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
 * The absolute path of a variable's value, which may be relative to the current directory.
 * @throws UsageError for a relative path when the current directory was deleted
 */
export function absolutePath(directory: string, variable: string): string {
  if (path.isAbsolute(directory)) return path.resolve(directory);
  const current = currentDirectory();
  if (current !== null) return path.resolve(current, directory);
  throw new UsageError(
    `${variable} is relative (${directory}), but the current directory was deleted. Set it to an absolute path.`,
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

/** The XDG specification requires that relative paths are ignored. */
const absoluteOrUndefined = (value: string | undefined): string | undefined =>
  value !== undefined && path.isAbsolute(value) ? value : undefined;

function windowsDirectories(env: Environment): Directories {
  const appData = (name: string, folder: string): string =>
    fromVariable(env, name) ?? path.join(homeDirectory({ HOME: env.USERPROFILE }), 'AppData', folder);
  return {
    config: path.join(appData('APPDATA', 'Roaming'), 'taskdeck', 'Config'),
    state: path.join(appData('LOCALAPPDATA', 'Local'), 'taskdeck', 'Log'),
  };
}
