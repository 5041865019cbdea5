import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { childEnvironment } from '../domain/child-environment.ts';
import type { EditorResult } from '../domain/ports/terminal-services.ts';
import { systemReason } from '../platform/system-error.ts';
import { editorProgram } from './editor-arguments.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Exit codes of a shell for a command that does not exist or cannot run. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

export const NO_EDITOR =
  'No editor is set. Set one in your shell, such as export EDITOR=vi, and start taskdeck again.';

/**
 * Opens the text in `$VISUAL`, else `$EDITOR`, and resolves when the editor exits. `not-written` has the reason; the text then
 * stays unchanged. The file is in a directory of mode 0700 and is deleted afterwards. The terminal must be lent before.
 * `now` is a monotonic clock in ms.
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
      why: `Cannot read the file of the editor: ${systemReason(error)}. The text is unchanged.`,
    };
  } finally {
    remove();
  }
}

/** An editor that exits within this time did not wait for the user; ms. */
const INSTANT_EXIT_MS = 500;

/** Vim's X11 options that contain the letters of the short options `-f` and `-v`. They set fonts and colours. */
const VIM_WINDOW_OPTIONS = '(?:bold|italic|menu)?font|fn|foreground|fg|reverse|rv';

/**
 * Editors that open a window and exit at once, unless one of these options makes them wait. Short options may be combined, as
 * in `mate -wl1`. `gvim -v` opens no window: it runs Vim in the terminal.
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

/** The reason why the editor cannot be started: none is set, or it does not wait for its window. Null if it can. */
export function editorProblem(env: Environment): string | null {
  const editor = editorCommand(env);
  if (editor === null) return NO_EDITOR;
  const program = editorProgram(editor);
  const options = editor.split(/\s+/u).slice(1);
  for (const [programs, waits, option] of WINDOW_EDITORS) {
    if (programs.test(program) && !options.some((each) => waits.test(each)))
      return `“${editor}” opens a window and does not wait for it. Set EDITOR="${editor} ${option}" and start taskdeck again.`;
  }
  return null;
}

const instantExitMessage = (editor: string): string =>
  `“${editor}” exited at once without changes. If it opens a window, make it wait, as in EDITOR="code --wait".`;

/** The command line from `$VISUAL` or `$EDITOR`, or null. */
export function editorCommand({ VISUAL, EDITOR }: Environment): string | null {
  const chosen = VISUAL?.trim() || EDITOR?.trim();
  return chosen === undefined || chosen === '' ? null : chosen;
}

/** Creates a file with the text, in a directory of mode 0700. */
function createPromptFile(
  text: string,
): { readonly file: string; readonly remove: () => void } | { readonly why: string } {
  let directory: string | undefined;
  const remove = (): void => {
    process.off('exit', remove);
    try {
      // Includes the editor's own backup files.
      if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
    } catch {
      // Another user owns it by now.
    }
  };
  try {
    directory = mkdtempSync(path.join(tmpdir(), 'taskdeck-prompt-'));
    // Also deletes the file if a hang-up ends the process while the editor runs.
    process.once('exit', remove);
    const file = path.join(directory, 'prompt.md');
    writeFileSync(file, text === '' || text.endsWith('\n') ? text : `${text}\n`, { mode: 0o600, flag: 'wx' });
    return { file, remove };
  } catch (error) {
    remove();
    return {
      why: `Cannot create a file for the editor in ${tmpdir()}: ${systemReason(error)}. Set TMPDIR to a writable directory.`,
    };
  }
}

/** Null if the editor exited with 0, else the error. */
function runEditor(editor: string, file: string, env: Environment): Promise<string | null> {
  return new Promise((resolve) => {
    const failed = `Cannot run the editor “${editor}”. Check VISUAL and EDITOR. The text is unchanged.`;
    // The setting may have arguments; the shell must not parse the file name.
    const [command, args, shell]: [string, string[], boolean] =
      process.platform === 'win32'
        ? [`${editor} "${file}"`, [], true]
        : ['/bin/sh', ['-c', `${editor} "$1"`, 'sh', file], false];
    const child = spawn(command, args, { shell, stdio: 'inherit', env: childEnvironment(env) });
    child.on('error', () => resolve(failed));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(null);
      else if (code !== null && NOT_RUN.has(code)) resolve(failed);
      else resolve(`The editor exited with ${exitDescription(code, signal)}. The text is unchanged.`);
    });
  });
}

const exitDescription = (code: number | null, signal: NodeJS.Signals | null): string =>
  code === null ? `signal ${signal === null ? '?' : constants.signals[signal]} (${signal})` : `code ${code}`;

/** Editors add a newline at the end of the file. */
const withoutFinalNewline = (text: string): string => text.replace(/\r?\n$/u, '');
