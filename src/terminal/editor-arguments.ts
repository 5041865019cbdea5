import path from 'node:path';

/** How a program takes a line of a file. */
type LineStyle = 'plus' | 'colon' | 'goto';

/** Editors by the way in which they take a line. Others get only the file. */
const STYLES: readonly (readonly [programs: RegExp, style: LineStyle])[] = [
  [
    /^(?:e?vi|vim?|nvim|gvim|mvim|view|vimx|elvis|nvi|nano|pico|rnano|emacs|emacsclient|micro|joe|jmacs|jed|mg|kak|ne|zile|dte|amp|gedit|xed|pluma)$/u,
    'plus',
  ],
  [/^(?:hx|helix|subl|sublime_text|zed|zeditor|atom|lapce)$/u, 'colon'],
  [/^(?:code|code-insiders|code-oss|codium|vscodium|cursor|windsurf|positron)$/u, 'goto'],
];

/** Editors that open a window and wait for it only with `--wait`. */
const WAITS =
  /^(?:code|code-insiders|code-oss|codium|vscodium|cursor|windsurf|positron|subl|zed|zeditor|atom)$/u;

/** The name of the program of an editor's command line, without directory and extension. */
export function editorProgram(editor: string): string {
  const [, single, double, bare] = /^(?:'([^']*)'|"([^"]*)"|(\S+))/u.exec(editor) ?? [];
  return path.basename(single ?? double ?? bare ?? '').replace(/\.(?:exe|cmd)$/u, '');
}

/**
 * The arguments behind an editor's command line that open a file at a line, from 1. `file` is absolute, so that no editor
 * takes it for an option. A line of 0 opens only the file.
 */
export function editorArguments(editor: string, file: string, line: number): readonly string[] {
  const program = editorProgram(editor);
  const style = line > 0 ? STYLES.find(([programs]) => programs.test(program))?.[1] : undefined;
  const isWaiting = !WAITS.test(program) || /\s(?:-w|--wait)(?:\s|$)/u.test(editor);
  const wait = isWaiting ? [] : ['--wait'];
  switch (style) {
    case 'plus':
      return [...wait, `+${line}`, file];
    case 'colon':
      return [...wait, `${file}:${line}`];
    case 'goto':
      return [...wait, '--goto', `${file}:${line}`];
    case undefined:
      return [...wait, file];
  }
}
