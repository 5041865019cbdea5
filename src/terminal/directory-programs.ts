import { statSync } from 'node:fs';
import { childEnvironment } from '../domain/child-environment.ts';
import type { DirectoryProgram, ProgramNotice } from '../domain/ports/terminal-services.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { editorArguments } from './editor-arguments.ts';
import { editorCommand, NO_EDITOR } from './external-editor.ts';
import { repositoryFile } from './repository-file.ts';
import { endWords, type ProgramPlace, runInTerminal, type TerminalProgramEnd } from './terminal-program.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ProgramOptions {
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
 * Runs a program in a directory until it exits. Resolves to what the user must know, or to null. After a command it waits for a
 * key, so that its output can be read. The terminal must be lent before.
 */
export async function runInDirectory(
  directory: string,
  program: DirectoryProgram,
  { env, askForKey, say }: ProgramOptions,
): Promise<ProgramNotice | null> {
  const shell = env.SHELL?.trim() || (process.platform === 'win32' ? (env.ComSpec ?? 'cmd.exe') : '/bin/sh');
  const place = { directory, env: childEnvironment(env) };
  switch (program.kind) {
    case 'shell': {
      await say(`A shell in ${directory}. exit returns to taskdeck.`);
      const end = await runInTerminal(shell, [], place);
      if (end.kind === 'not-run') return failure(`Cannot run the shell ${shell}. Check SHELL.`);
      // The code is that of the last command in the shell: no error of taskdeck.
      return endWords(end) === '' ? null : { tone: 'plain', text: `The shell exited${endWords(end)}.` };
    }
    case 'editor': {
      const editor = editorCommand(env) ?? '';
      return editorNotice(editor, await runLine(`${editor} .`, place));
    }
    case 'file': {
      const editor = editorCommand(env) ?? '';
      const found = repositoryFile(directory, program.path);
      if ('why' in found) return failure(found.why);
      const args = editorArguments(editor, found.file, program.line);
      return editorNotice(editor, await runLine(editor, place, args));
    }
    case 'command': {
      await say(program.command);
      const end = await runLine(program.command, place);
      if (end.kind === 'not-run') return failure(`Cannot run “${sanitiseLine(program.command)}”.`);
      await askForKey(`“${program.command}” exited${endWords(end)}. Press any key to return to taskdeck.`);
      return null;
    }
    case 'program': {
      const [file = '', ...args] = program.argv;
      const began = performance.now();
      const ownEnv = childEnvironment({ ...env, ...withoutNuls(program.env) });
      const end = await runInTerminal(file, args, { directory, env: ownEnv });
      if (end.kind === 'not-run')
        return failure(`Cannot run ${sanitiseLine(file)} for “${program.name}”. Is it installed?`);
      // Otherwise its output would disappear unread.
      if (endWords(end) !== '' || performance.now() - began < INSTANT_EXIT_MS)
        await askForKey(`“${program.name}” exited${endWords(end)}. Press any key to return to taskdeck.`);
      return null;
    }
  }
}

/** spawn throws on a NUL. */
const withoutNuls = (env: Readonly<Record<string, string>>): Environment =>
  Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replaceAll('\0', '')]));

const failure = (text: string): ProgramNotice => ({ tone: 'bad', text });

function editorNotice(editor: string, end: TerminalProgramEnd): ProgramNotice | null {
  if (end.kind === 'not-run' || (end.kind === 'exit' && NOT_RUN.has(end.code)))
    return failure(`Cannot run the editor “${editor}”. Check VISUAL and EDITOR.`);
  return endWords(end) === '' ? null : failure(`The editor exited${endWords(end)}.`);
}

/** A line for the shell, as the user would type it. The shell does not parse `args`. */
const runLine = (
  line: string,
  place: ProgramPlace,
  args: readonly string[] = [],
): Promise<TerminalProgramEnd> =>
  process.platform === 'win32'
    ? runInTerminal(place.env.ComSpec ?? 'cmd.exe', ['/d', '/s', '/c', line, ...args], place)
    : runInTerminal('/bin/sh', ['-c', args.length === 0 ? line : `${line} "$@"`, 'sh', ...args], place);
