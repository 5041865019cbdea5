import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';

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
  const usual = platform === 'win32' ? onWindows() : onUnix(env);
  return {
    config: own(env.TASKDECK_CONFIG_DIR) ?? usual.config,
    state: own(env.TASKDECK_STATE_DIR) ?? usual.state,
  };
}

/** Creates a directory of ours, for its owner's eyes only, and gives its path back. */
export function createPrivate(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

const own = (value: string | undefined): string | undefined =>
  value === undefined || value === '' ? undefined : path.resolve(value);

function onUnix(env: Environment): Directories {
  const home = env.HOME === undefined || env.HOME === '' ? homedir() : env.HOME;
  return {
    config: path.join(xdg(env.XDG_CONFIG_HOME) ?? path.join(home, '.config'), 'taskdeck'),
    state: path.join(xdg(env.XDG_STATE_HOME) ?? path.join(home, '.local', 'state'), 'taskdeck'),
  };
}

/** The XDG specification wants relative paths to be ignored. */
const xdg = (value: string | undefined): string | undefined =>
  value !== undefined && path.isAbsolute(value) ? value : undefined;

function onWindows(): Directories {
  const paths = envPaths('taskdeck', { suffix: '' });
  return { config: paths.config, state: paths.log };
}
