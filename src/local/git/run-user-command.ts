import { spawn } from 'node:child_process';
import { firstLine, GitError, type GitOptions, gitVariables } from './run-git.ts';

export interface UserCommand {
  readonly program: 'git' | 'gh';
  readonly args: readonly string[];
}

/** Hooks run tests, and a push uploads. */
const TIMEOUT_MS = 10 * 60_000;
/** Between SIGTERM, after which git removes its locks, and SIGKILL, ms. */
const GRACE_MS = 2_000;
/** A hook may leave a process that holds the output open, ms. */
const DRAIN_MS = 200;
const OUTPUT_LIMIT = 64 * 1024;

/** No editor, question or pager opens. */
const VARIABLES = {
  GIT_EDITOR: ':',
  GIT_SEQUENCE_EDITOR: ':',
  GH_PROMPT_DISABLED: '1',
  GH_NO_UPDATE_NOTIFIER: '1',
  NO_COLOR: '1',
} as const;

/**
 * Runs a command that changes a repository as the user would: with locks, hooks and a long time limit. It has a session of
 * its own, so that no program of it can ask on a terminal. Resolves to its stdout.
 * @throws GitError for another exit code than 0, a timeout and a missing program; the reason of `signal`
 */
export function runUserCommand(
  { program, args }: UserCommand,
  { directory, env, signal, timeoutMs = TIMEOUT_MS }: GitOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program, args, {
      cwd: directory,
      env: gitVariables(env, VARIABLES),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      if (output.length < OUTPUT_LIMIT) output += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < OUTPUT_LIMIT) errors += chunk.toString('utf8');
    });
    let isLate = false;
    let killTimer: NodeJS.Timeout | undefined;
    const kill = (name: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, name);
      } catch {
        // It has ended.
      }
    };
    const end = (): void => {
      kill('SIGTERM');
      killTimer ??= setTimeout(() => kill('SIGKILL'), GRACE_MS);
    };
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      signal.removeEventListener('abort', end);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      settle();
      const missing = `Cannot run ${program}: it is not installed, or the directory is gone.`;
      reject(new GitError(error.code === 'ENOENT' ? missing : error.message, '', { cause: error }));
    });
    child.once('exit', async (code) => {
      await Promise.race([
        new Promise((done) => child.once('close', done)),
        new Promise((done) => setTimeout(done, DRAIN_MS)),
      ]);
      settle();
      child.stdout.destroy();
      child.stderr.destroy();
      if (code === 0) resolve(output);
      else if (signal.aborted) reject(signal.reason);
      else if (isLate) reject(new GitError(`${program} did not end within ${timeoutMs / 1_000} s.`, errors));
      else {
        const all = `${errors}\n${output}`;
        reject(new GitError(firstLine(all) || `${program} ended with exit code ${code}.`, all));
      }
    });
  });
}
