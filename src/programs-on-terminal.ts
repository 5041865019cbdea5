import { deploymentInputs } from './config/deployment-inputs.ts';
import type { EditorResult, ProgramNotice } from './domain/ports/terminal-services.ts';
import type { FirstScreen, FirstScreenOptions } from './first-screen.ts';
import type { AppContextProviderProps } from './ui/app-context-provider.tsx';

export interface ProgramsOnTerminalOptions
  extends Pick<FirstScreenOptions, 'deployment' | 'env'>,
    Pick<FirstScreen, 'clock' | 'session' | 'store' | 'userStorage'> {
  /** The directory of programs that belong to no task. */
  readonly workingDirectory: () => string;
  readonly signal: AbortSignal;
  /** Runs when the terminal is taskdeck's again. */
  readonly onReturn: () => void;
}

type ProgramsOnTerminal = Pick<
  AppContextProviderProps,
  'openPager' | 'openEditor' | 'openDirectory' | 'openWorkspace'
>;
type SuspendTerminal = Parameters<FirstScreen['session']['lend']>[0];

const NO_WORKSPACE = 'A task on this machine has no workspace.';

/** The programs that get the terminal until they end: pager, editor, shells and what runs in a workspace. */
export function programsOnTerminal({
  deployment,
  env,
  clock,
  session,
  store,
  userStorage,
  workingDirectory,
  signal,
  onReturn,
}: ProgramsOnTerminalOptions): ProgramsOnTerminal {
  const speaking = { askForKey: session.askForKey, say: session.say };
  const lendTo = async <Result>(
    suspendTerminal: SuspendTerminal,
    before: Result,
    run: () => Promise<Result>,
  ): Promise<Result> => {
    let result = before;
    // taskdeck may be killed while the other program runs.
    userStorage.flush();
    await session.lend(suspendTerminal, async () => {
      result = await run();
    });
    onReturn();
    return result;
  };
  return {
    async openPager(suspendTerminal, text) {
      const { showInPager } = await import('./terminal/pager.ts');
      const problem = await lendTo<string | null>(suspendTerminal, null, () =>
        showInPager(text, { env, now: clock.now, askForKey: session.askForKey }),
      );
      if (problem !== null)
        store.dispatch({ type: 'notice-changed', notice: { tone: 'bad', text: problem, at: clock.now() } });
    },
    async openEditor(suspendTerminal, text) {
      const { editorProblem, NO_EDITOR, editInEditor } = await import('./terminal/external-editor.ts');
      // Without an editor, do not touch the screen.
      const problem = editorProblem(env);
      const unwritten: EditorResult = { kind: 'not-written', why: problem ?? NO_EDITOR };
      if (problem !== null) return unwritten;
      return lendTo(suspendTerminal, unwritten, () => editInEditor(text, env, clock.now));
    },
    async openDirectory(suspendTerminal, directory, program) {
      const { directoryProblem, runInDirectory } = await import('./terminal/directory-programs.ts');
      const place = directory ?? workingDirectory();
      const text = directoryProblem(place, program, env);
      if (text !== null) return { tone: 'bad', text };
      return lendTo<ProgramNotice | null>(suspendTerminal, null, () =>
        runInDirectory(place, program, { env, ...speaking }),
      );
    },
    async openWorkspace(suspendTerminal, program) {
      const { workspaceProblem, runOnWorkspace } = await import('./terminal/workspace-programs.ts');
      const text = workspaceProblem(program, env);
      if (text !== null || deployment.kind === 'local') return { tone: 'plain', text: text ?? NO_WORKSPACE };
      const { coderEnvironment } = await import('./config/coder-environment.ts');
      const coderEnv = await coderEnvironment(deployment, deploymentInputs({}, env), signal);
      return lendTo<ProgramNotice | null>(suspendTerminal, null, () =>
        runOnWorkspace(program, { env: coderEnv, ...speaking }),
      );
    },
  };
}
