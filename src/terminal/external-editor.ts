import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { childEnvironment } from '../domain/child-environment.ts';
import type { EditorResult } from '../domain/ports/terminal-services.ts';
import { systemReason } from '../platform/system-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a shell ends with when there is no such command, or none that can be run. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

/** What to do without one. */
export const NO_EDITOR =
  'No editor is set: say in your shell which one to use, such as export EDITOR=vi, then come back.';

/**
 * Lets the user write on in `$VISUAL`, else `$EDITOR`, which gets a file and the terminal for itself. Resolves when it is
 * left: to the file's text as it is then, or to why there is none, and then the text is to stay as it was. The file lies in a
 * directory that no other user can read, and is removed afterwards. The terminal has to be lent before. `now` is of a clock that does
 * not jump, ms.
 */
export async function editInEditor(text: string, env: Environment, now: () => number): Promise<EditorResult> {
  const editor = editorCommand(env);
  if (editor === null) return { kind: 'not-written', why: NO_EDITOR };
  const place = createPromptFile(text);
  if ('why' in place) return { kind: 'not-written', why: place.why };
  const { file, remove } = place;
  try {
    const began = now();
    const end = await runEditor(editor, file, env);
    if (end !== null) return { kind: 'not-written', why: end };
    const written = withoutFinalNewline(readFileSync(file, 'utf8'));
    const endedAtOnce = now() - began < INSTANT_EXIT_MS && written === withoutFinalNewline(text);
    return endedAtOnce
      ? { kind: 'not-written', why: instantExitMessage(editor) }
      : { kind: 'written', text: written };
  } catch (error) {
    return {
      kind: 'not-written',
      why: `What the editor left cannot be read (${systemReason(error)}): the text is as it was.`,
    };
  } finally {
    remove();
  }
}

/** An editor that ends within this time did not wait for the user; ms. */
const INSTANT_EXIT_MS = 500;

/** X11 options of Vim with the letters of its short options `-f` and `-v`: they choose fonts and colours. */
const VIM_WINDOW_OPTIONS = '(?:bold|italic|menu)?font|fn|foreground|fg|reverse|rv';

/**
 * Editors that open a window and end at once, unless one of these options makes them wait. Short options may stand together, as
 * in `mate -wl1`. `gvim -v` opens no window: it is Vim in the terminal.
 */
const WINDOW_EDITORS: readonly (readonly [program: RegExp, waits: RegExp, option: string])[] = [
  [
    /^(?:code|code-insiders|code-oss|codium|vscodium|cursor|windsurf|positron|zed|zeditor|subl|atom|mate|bbedit)$/u,
    /^(?:-[a-z]*w\w*|--wait)$/u,
    '--wait',
  ],
  [
    /^(?:gvim|mvim|gview)$/u,
    new RegExp(
      `^(?:-(?!(?:${VIM_WINDOW_OPTIONS})$)[a-zA-Z]*[fv][a-zA-Z]*|--nofork|--remote(?:-tab)?-wait(?:-silent)?)$`,
      'u',
    ),
    '-f',
  ],
  [/^kate$/u, /^(?:-[a-z]*b[a-z]*|--block)$/u, '--block'],
];

/** Why the user's editor is not started: none is set, or one that is known not to wait. Null when it can be. */
export function editorProblem(env: Environment): string | null {
  const editor = editorCommand(env);
  if (editor === null) return NO_EDITOR;
  const [, single, double, bare] = /^(?:'([^']*)'|"([^"]*)"|(\S+))/u.exec(editor) ?? [];
  const program = path.basename(single ?? double ?? bare ?? '').replace(/\.(?:exe|cmd)$/u, '');
  const options = editor.split(/\s+/u).slice(1);
  for (const [programs, waits, option] of WINDOW_EDITORS) {
    if (programs.test(program) && !options.some((each) => waits.test(each)))
      return `“${editor}” opens a window and does not wait for it: set EDITOR="${editor} ${option}", then come back.`;
  }
  return null;
}

const instantExitMessage = (editor: string): string =>
  `“${editor}” ended at once and changed nothing. If it opens a window, set EDITOR so that it waits, as in EDITOR="code --wait".`;

/** The command line of the user's editor, or null. */
export function editorCommand({ VISUAL, EDITOR }: Environment): string | null {
  const chosen = VISUAL?.trim() || EDITOR?.trim();
  return chosen === undefined || chosen === '' ? null : chosen;
}

/** A file for one text, in a directory of mode 0700. */
function createPromptFile(
  text: string,
): { readonly file: string; readonly remove: () => void } | { readonly why: string } {
  let directory: string | undefined;
  const remove = (): void => {
    process.off('exit', remove);
    try {
      // With whatever the editor kept beside it.
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    } catch {
      // Somebody else's by now.
    }
  };
  try {
    directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-prompt-'));
    // A line that hangs up while the editor runs ends us: nothing is left behind then either.
    process.once('exit', remove);
    const file = path.join(directory, 'prompt.md');
    writeFileSync(file, text === '' || text.endsWith('\n') ? text : `${text}\n`, { mode: 0o600, flag: 'wx' });
    return { file, remove };
  } catch (error) {
    remove();
    return {
      why: `No file can be made for the editor in ${tmpdir()}: ${systemReason(error)}. Set TMPDIR to a directory that you can write to.`,
    };
  }
}

/** Null when the editor ended well, else one sentence. */
function runEditor(editor: string, file: string, env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    const failed = `The editor could not be run: it is set to “${editor}”. The text is as it was.`;
    // An editor may be set with arguments, as everywhere; the file's name is none of the shell's business.
    const [command, args, shell]: [string, string[], boolean] =
      process.platform === 'win32'
        ? [`${editor} "${file}"`, [], true]
        : ['/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], false];
    const child = spawn(command, args, { shell, stdio: 'inherit', env: childEnvironment(env) });
    child.on('error', () => resolve(failed));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(null);
      else if (code !== null && NOT_RUN.has(code)) resolve(failed);
      else resolve(`The editor ended with ${exitDescription(code, signal)}: the text is as it was.`);
    });
  });
}

const exitDescription = (code: number | null, signal: NodeJS.Signals | null): string =>
  code === null
    ? `${signal} (signal ${signal === null ? '?' : constants.signals[signal]})`
    : `exit code ${code}`;

/** Editors end the last line. */
const withoutFinalNewline = (text: string): string => text.replace(/\r?\n$/u, '');
