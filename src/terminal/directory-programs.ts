import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { childEnvironment } from '../domain/child-environment.ts';
import type { DirectoryProgram } from '../domain/ports/terminal-services.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { editorArguments } from './editor-arguments.ts';
import { editorCommand, NO_EDITOR } from './external-editor.ts';
import { repositoryFile } from './repository-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface ProgramOptions {
  readonly env: Environment;
  /** Writes a sentence below the program's output and waits for a key. */
  readonly askForKey: (sentence: string) => Promise<void>;
  /** Writes a sentence to the terminal. */
  readonly say: (sentence: string) => Promise<void>;
}

/** A program that exits within this time did not wait for a key; ms. */
const INSTANT_EXIT_MS = 500;
/** Exit codes of a shell for a command that does not exist or cannot run. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

/** The reason why the program cannot run in the directory; null if it can. */
export function directoryProblem(
  directory: string,
  program: DirectoryProgram,
  env: Environment,
): string | null {
  if ((program.kind === 'editor' || program.kind === 'file') && editorCommand(env) === null) return NO_EDITOR;
  if (isDirectory(directory)) {
    const found = program.kind === 'file' ? repositoryFile(directory, program.path) : null;
    return found !== null && 'why' in found ? found.why : null;
  }
  return `The directory ${sanitiseLine(directory)} does not exist.`;
}

function isDirectory(directory: string): boolean {
  try {
    return statSync(directory).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Runs a program in a directory until it exits. Resolves to null, or to an error in one sentence. After a command it
 * waits for a key, so that its output can be read. The terminal must be lent before.
 */
export async function runInDirectory(
  directory: string,
  program: DirectoryProgram,
  { env, askForKey, say }: ProgramOptions,
): Promise<string | null> {
  const shell = env.SHELL?.trim() || (process.platform === 'win32' ? (env.ComSpec ?? 'cmd.exe') : '/bin/sh');
  switch (program.kind) {
    case 'shell': {
      await say(`A shell in ${directory}. exit returns to taskdeck.`);
      const code = await run(shell, [], directory, env);
      return code === null ? `Cannot run the shell ${shell}. Check SHELL.` : null;
    }
    case 'editor': {
      const editor = editorCommand(env) ?? '';
      return editorError(editor, await runLine(`${editor} .`, directory, env));
    }
    case 'file': {
      const editor = editorCommand(env) ?? '';
      const found = repositoryFile(directory, program.path);
      if ('why' in found) return found.why;
      const args = editorArguments(editor, found.file, program.line);
      return editorError(editor, await runLine(editor, directory, env, args));
    }
    case 'command': {
      await say(program.command);
      const code = await runLine(program.command, directory, env);
      if (code === null) return `Cannot run “${sanitiseLine(program.command)}”.`;
      await askForKey(
        `“${program.command}” exited${code === 0 ? '' : ` with code ${code}`}. Press any key to return to taskdeck.`,
      );
      return null;
    }
    case 'program': {
      const [file = '', ...args] = program.argv;
      const began = performance.now();
      const code = await run(file, args, directory, { ...env, ...withoutNuls(program.env) });
      if (code === null) return `Cannot run ${sanitiseLine(file)} for “${program.name}”. Is it installed?`;
      // Otherwise its output would disappear unread.
      if (code !== 0 || performance.now() - began < INSTANT_EXIT_MS)
        await askForKey(
          `“${program.name}” exited${code === 0 ? '' : ` with code ${code}`}. Press any key to return to taskdeck.`,
        );
      return null;
    }
  }
}

/** spawn throws on a NUL. */
const withoutNuls = (env: Readonly<Record<string, string>>): Environment =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll('\0', '')]));

const editorError = (editor: string, code: number | null): string | null =>
  code === null || NOT_RUN.has(code) ? `Cannot run the editor “${editor}”. Check VISUAL and EDITOR.` : null;

/** A line for the shell, as the user would type it. The shell does not parse `args`. */
const runLine = (
  line: string,
  directory: string,
  env: Environment,
  args: readonly string[] = [],
): Promise<number | null> =>
  process.platform === 'win32'
    ? run(env.ComSpec ?? 'cmd.exe', ['/d', '/s', '/c', line, ...args], directory, env)
    : run('/bin/sh', ['-c', args.length === 0 ? line : `${line} "$@"`, 'sh', ...args], directory, env);

/** The exit code; null if the program could not be started. A signal counts as 1. */
const run = (
  program: string,
  args: readonly string[],
  directory: string,
  env: Environment,
): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: directory,
      stdio: 'inherit',
      env: { ...childEnvironment(env), PWD: directory },
    });
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code ?? 1));
  });
