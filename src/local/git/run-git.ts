import { spawn } from 'node:child_process';
import { killChild } from '../../platform/kill-child.ts';

export interface GitOptions {
  /** Absolute path. */
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Bytes of output after which git is ended, without an error. */
  readonly limit?: number;
  readonly timeoutMs?: number;
  /** For its stdin. */
  readonly input?: string;
}

export interface GitOutput {
  readonly text: string;
  /** It has more than `limit` bytes, of which these are the first. */
  readonly isCut: boolean;
}

/** Git ended with an error. The message is its first line on stderr. */
export class GitError extends Error {
  override readonly name = 'GitError';
  /** The beginning of stderr. */
  readonly output: string;

  constructor(message: string, output = '', options?: ErrorOptions) {
    super(message, options);
    this.output = output;
  }
}

const LIMIT = 1 << 20;
const TIMEOUT_MS = 15_000;
const STDERR_LIMIT = 4_096;

/** Nothing may ask for a password, page, or write to the index of the user. */
const VARIABLES = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_PAGER: 'cat',
  LC_ALL: 'C',
} as const;

/** Variables of a git hook that would point to another repository. */
const FOREIGN = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_PREFIX',
];

/** The environment without variables that would point git to another repository. */
export const withoutRepositoryVariables = (env: GitOptions['env']): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN.includes(name)));

/** The environment of git in the repository of its directory. `variables` replace those of `env`. */
export const gitVariables = (
  env: GitOptions['env'],
  variables: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv => ({
  ...withoutRepositoryVariables(env),
  ...VARIABLES,
  ...variables,
});

/** The running processes of `runGit`. */
const running = new Set<number>();

/** Whether `runGit` has started this process, and it still runs. */
export const isOwnGit = (pid: number): boolean => running.has(pid);

/**
 * Runs the user's git without a shell and resolves to its stdout. `variables` are added to its environment.
 * @throws GitError for another exit code than 0, a timeout, and a missing git; the reason of `signal`
 */
export function runGit(
  args: readonly string[],
  { directory, env, signal, limit = LIMIT, timeoutMs = TIMEOUT_MS, input = '' }: GitOptions,
  variables: Readonly<Record<string, string>> = {},
): Promise<GitOutput> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // A monitor of the file system is a program that the repository's configuration names.
    const child = spawn('git', ['-c', 'core.fsmonitor=false', ...args], {
      cwd: directory,
      env: gitVariables(env, variables),
    });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    // It may end before it reads all of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = '';
    let ending: 'aborted' | 'late' | 'cut' | null = null;
    const end = (why: typeof ending): void => {
      ending ??= why;
      killChild(child, 'SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const abort = (): void => end('aborted');
    const timer = setTimeout(() => end('late'), timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    const settle = (): void => {
      if (pid !== undefined) running.delete(pid);
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) end('cut');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < STDERR_LIMIT) errors += chunk.toString('utf8');
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      reject(new GitError(error.code === 'ENOENT' ? missingMessage : error.message, '', { cause: error }));
    });
    child.once('close', (code) => {
      settle();
      const text = Buffer.concat(chunks).subarray(0, limit).toString('utf8');
      if (ending === 'aborted') reject(signal.reason);
      else if (ending === 'late') reject(new GitError(`git did not answer within ${timeoutMs / 1_000} s.`));
      else if (ending === 'cut' || code === 0) resolve({ text, isCut: ending === 'cut' });
      else reject(new GitError(firstLine(errors) || `git ended with exit code ${code}.`, errors));
    });
  });
}

/** A missing directory has the same error code. */
const missingMessage = 'Cannot run git: it is not installed, or the directory is gone.';

/** The first line of an error output that is not blank, without the word that git begins it with. */
export const firstLine = (text: string): string =>
  (text.split('\n').find((line) => line.trim() !== '') ?? '').replace(/^(?:fatal|error): /u, '').trim();
