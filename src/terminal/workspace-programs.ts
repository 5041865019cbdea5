import { keyFor } from '../domain/key-placeholder.ts';
import type { ProgramNotice, WorkspaceProgram } from '../domain/ports/terminal-services.ts';
import { isOnPath } from '../platform/executable.ts';
import type { ProgramOptions } from './directory-programs.ts';
import { editorProgram } from './editor-arguments.ts';
import { editorCommand } from './external-editor.ts';
import { endWords, runInTerminal } from './terminal-program.ts';

const NO_CODER =
  'The program coder is not on PATH. Install the Coder CLI (https://coder.com/docs/install/cli) and start taskdeck again.';

/** Editors that Coder's CLI can open on a workspace. */
const VS_CODE: ReadonlySet<string> = new Set(['code', 'code-insiders']);

/** The reason why the program cannot run on a workspace; null if it can. */
export function workspaceProblem(
  { kind, workspace }: WorkspaceProgram,
  env: ProgramOptions['env'],
): string | null {
  const editor = editorCommand(env) ?? '';
  if (kind === 'editor' && !VS_CODE.has(editorProgram(editor)))
    return `The files are in the workspace ${workspace}, and ${editor === '' ? 'no editor is set' : `“${editor}” runs on this machine`}. Press ${keyFor('shell')} for a shell there, or set EDITOR="code --wait" to open it in VS Code.`;
  return isOnPath('coder', env) ? null : NO_CODER;
}

/**
 * Runs Coder's CLI until it exits. `env` names the deployment; the token is never an argument. After an error, and after `coder
 * open`, which prints an address where it cannot open VS Code, it waits for a key. The terminal must be lent before.
 */
export async function runOnWorkspace(
  { kind, workspace }: WorkspaceProgram,
  { env, askForKey, say }: ProgramOptions,
): Promise<ProgramNotice | null> {
  const args = kind === 'shell' ? ['ssh', workspace] : ['open', 'vscode', workspace];
  const words = `coder ${args.join(' ')}`;
  await say(kind === 'shell' ? `${words}: exit returns to taskdeck.` : words);
  const end = await runInTerminal('coder', args, { env });
  if (end.kind === 'not-run')
    return { tone: 'bad', text: 'Cannot run the program coder. Check its permissions.' };
  if (kind === 'editor' || endWords(end) !== '')
    await askForKey(`“${words}” exited${endWords(end)}. Press any key to return to taskdeck.`);
  return null;
}
