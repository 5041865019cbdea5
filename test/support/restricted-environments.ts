import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { cacheOf } from './home.ts';
import { type Program, type ProgramOptions, startProgram } from './program.ts';
import { cleanEnvironment, openTerminal, type TerminalApp, type TerminalOptions } from './terminal-app.ts';

/** Has no entry in the user database. */
const UNKNOWN_UID = 61_234;

type Argv = readonly [string, ...string[]];

const AS_UNKNOWN_USER: Argv = [
  'setpriv',
  '--reuid',
  `${UNKNOWN_UID}`,
  '--regid',
  `${UNKNOWN_UID}`,
  '--clear-groups',
  '--',
];

/** Runs `argv` in a mount namespace of its own, after `script` has mounted file systems in it. */
export const withMounts = (script: string, argv: Argv): Argv => [
  'unshare',
  '-m',
  '--',
  'sh',
  '-c',
  `set -e; ${script}; exec "$@"`,
  'sh',
  ...argv,
];

const succeeds = ([command, ...args]: Argv): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Features of this machine. Tests that need others are skipped. */
export const supported = {
  /** Running Node as a user without an entry in the user database. */
  unknownUser: succeeds([...AS_UNKNOWN_USER, process.execPath, '--version']),
  /** Mount namespaces. */
  mounts: succeeds(withMounts('mount -t tmpfs tmpfs /mnt', ['true'])),
} as const;

/** An environment in which taskdeck cannot write its files. */
export interface RestrictedEnvironment {
  readonly name: string;
  readonly needs: keyof typeof supported | null;
  /**
   * Prepares the environment below an empty folder. Messages about the two directories must name `state` and `config`.
   * `env` is added to an environment without HOME.
   */
  prepare(folder: string): {
    readonly env: Readonly<Record<string, string>>;
    readonly state: string;
    readonly config: string;
    run(argv: Argv): Argv;
  };
}

const asUnknownUser = (argv: Argv): Argv => [...AS_UNKNOWN_USER, ...argv];
const unchanged = (argv: Argv): Argv => argv;

/** The default directories below a home. */
const defaultDirectories = (home: string) => ({
  state: path.join(home, '.local', 'state', 'taskdeck'),
  config: path.join(home, '.config', 'taskdeck'),
});

/** Both directories below `directory`. */
const below = (directory: string) => {
  const [state, config] = [path.join(directory, 'state'), path.join(directory, 'config')];
  return { state, config, env: { HOME: directory, TASKDECK_STATE_DIR: state, TASKDECK_CONFIG_DIR: config } };
};

function directoryFor(owner: number, ...parts: readonly [string, ...string[]]): string {
  const directory = path.join(...parts);
  mkdirSync(directory, { recursive: true });
  chownSync(directory, owner, owner);
  return directory;
}

/** Runs a program with these lines in /etc/hosts, until the current test ends. Requires `supported.mounts`. */
export function withHosts(hosts: readonly (readonly [address: string, name: string])[], argv: Argv): Argv {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-hosts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'hosts');
  writeFileSync(file, hosts.map((words) => `${words.join(' ')}\n`).join(''));
  return withMounts(`mount --bind '${file}' /etc/hosts`, argv);
}

export const unwritableEnvironments: readonly RestrictedEnvironment[] = [
  {
    name: 'a user id without an entry, and no HOME',
    needs: 'unknownUser',
    prepare: () => ({ env: {}, ...defaultDirectories('/'), run: asUnknownUser }),
  },
  {
    name: 'a HOME that does not exist',
    needs: 'unknownUser',
    prepare: () => ({
      env: { HOME: '/nonexistent' },
      ...defaultDirectories('/nonexistent'),
      run: asUnknownUser,
    }),
  },
  {
    name: 'a HOME that belongs to root',
    needs: 'unknownUser',
    prepare(folder) {
      const home = directoryFor(0, folder, 'home');
      return { env: { HOME: home }, ...defaultDirectories(home), run: asUnknownUser };
    },
  },
  {
    name: 'a HOME that only root can read',
    needs: 'unknownUser',
    prepare(folder) {
      const home = directoryFor(0, folder, 'home');
      chmodSync(home, 0o700);
      return { env: { HOME: home }, ...defaultDirectories(home), run: asUnknownUser };
    },
  },
  {
    name: 'directories that belong to root after one sudo',
    needs: 'unknownUser',
    prepare(folder) {
      const home = directoryFor(UNKNOWN_UID, folder, 'home');
      const { state, config } = defaultDirectories(home);
      for (const directory of [state, config]) mkdirSync(directory, { recursive: true });
      return { env: { HOME: home }, state, config, run: asUnknownUser };
    },
  },
  {
    name: 'files that belong to root after one sudo',
    needs: 'unknownUser',
    prepare(folder) {
      const home = directoryFor(UNKNOWN_UID, folder, 'home');
      const { state, config } = defaultDirectories(home);
      for (const directory of [state, config]) directoryFor(UNKNOWN_UID, directory);
      const inState = ['taskdeck.db', 'local.db', 'server.lock', 'server.log'];
      for (const name of inState) writeFileSync(path.join(state, name), '', { mode: 0o600 });
      writeFileSync(path.join(config, 'profiles.json'), '{"current":null,"profiles":{}}', { mode: 0o600 });
      return { env: { HOME: home }, state, config, run: asUnknownUser };
    },
  },
  {
    name: 'a read-only file system',
    needs: 'mounts',
    prepare(folder) {
      const home = directoryFor(0, folder, 'home');
      const mount = `mount -t tmpfs -o ro tmpfs '${home}'`;
      return { env: { HOME: home }, ...defaultDirectories(home), run: (argv) => withMounts(mount, argv) };
    },
  },
  {
    name: 'a full disk',
    needs: 'mounts',
    prepare(folder) {
      const home = directoryFor(0, folder, 'home');
      const mount = `mount -t tmpfs -o nr_inodes=1 tmpfs '${home}'`;
      return { env: { HOME: home }, ...defaultDirectories(home), run: (argv) => withMounts(mount, argv) };
    },
  },
  {
    name: 'directories below /proc',
    needs: null,
    prepare: () => ({ ...below('/proc/taskdeck'), run: unchanged }),
  },
  {
    name: 'a file where a directory should be',
    needs: null,
    prepare(folder) {
      const file = path.join(folder, 'file');
      writeFileSync(file, '');
      return { ...below(file), run: unchanged };
    },
  },
  {
    name: 'a symbolic link to nowhere',
    needs: null,
    prepare(folder) {
      const link = path.join(folder, 'link');
      symlinkSync(path.join(folder, 'nowhere', 'at', 'all'), link);
      return { ...below(link), run: unchanged };
    },
  },
];

export interface RestrictedTaskdeck {
  /** The directories that taskdeck cannot use. */
  readonly state: string;
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], options?: Partial<Pick<ProgramOptions, 'stdin' | 'env' | 'cwd'>>): Program;
  open(args: readonly string[], options?: Partial<TerminalOptions>): Promise<TerminalApp>;
}

/** Prepares an environment for the current test. `added`: further variables. */
export function inRestrictedEnvironment(
  environment: RestrictedEnvironment,
  added: Readonly<Record<string, string>> = {},
): RestrictedTaskdeck {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskdeck-place-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { env, state, config, run } = environment.prepare(folder);
  const [command, ...before] = run([process.execPath, inject('taskdeck')]);
  const shared = cacheOf(inject('taskdeck'));
  // Another user's cache counts as none.
  const cache = command === 'setpriv' ? directoryFor(UNKNOWN_UID, `${shared}-of-another-user`) : shared;
  const all = cleanEnvironment({ ...NO_HOME_VARIABLES, ...env, ...added });
  return {
    state,
    config,
    env: all,
    // With a code cache, which the screen goes without: a start that compiles the bundles takes twice the time.
    run: (args, options = {}) =>
      startProgram({
        command,
        args: [...before, ...args],
        cwd: '/',
        ...options,
        env: { ...all, XDG_CACHE_HOME: cache, ...options.env },
      }),
    open: (args, options = {}) =>
      openTerminal({
        command,
        args: [...before, ...args],
        cwd: '/',
        ...options,
        env: { ...NO_HOME_VARIABLES, ...env, ...added, ...options.env },
      }),
  };
}

/** Removes the variables that say where a user's files are. */
const NO_HOME_VARIABLES = {
  HOME: undefined,
  SHELL: undefined,
  USER: undefined,
  LOGNAME: undefined,
  XDG_CONFIG_HOME: undefined,
  XDG_STATE_HOME: undefined,
  XDG_CACHE_HOME: undefined,
};
