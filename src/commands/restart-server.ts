import { withKeyNames } from '../domain/key-placeholder.ts';
import { blockingTitles, tasksThatRun } from '../domain/older-server.ts';
import type { State } from '../store/state.ts';
import type { Command, CommandContext } from './command.ts';

/** Whether the older local server can be restarted, or why not. */
function mayRestart({ deployment, olderServer, tasks, now }: State): true | string {
  if (!deployment.local) return 'Only the server of this machine can be restarted.';
  if (olderServer === null) return 'The local server is not older than this taskdeck.';
  const running = tasksThatRun(tasks, now);
  return running.length === 0 || `A restart would cut off ${blockingTitles(running)}.`;
}

export const restartServerCommand: Command = {
  id: 'restart-server',
  title: 'Restart the older local server',
  keys: [],
  keyContext: 'panes',
  sends: true,
  enabled: mayRestart,
  run: ({ store }) => store.dispatch({ type: 'overlay-opened', overlay: { kind: 'confirm-restart' } }),
};

/** Restarts the server after a yes, unless a task runs meanwhile. */
export function answerRestart({ store, clock, restartServer }: CommandContext, yes: boolean): void {
  const state = store.getState();
  const notify = (tone: 'plain' | 'good' | 'bad', text: string): void =>
    store.dispatch({ type: 'notice-changed', notice: { tone, text, at: clock.now() } });
  const version = state.olderServer;
  const allowed = mayRestart(state);
  if (version === null) return;
  if (!yes) return notify('plain', 'To restart the older local server later: palette, Restart.');
  if (allowed !== true) return notify('bad', withKeyNames(allowed, state.keyNames));
  notify('plain', 'Restarting the local server…');
  void restartServer().then((problem) => {
    if (problem !== null) return notify('bad', problem);
    store.dispatch({ type: 'older-server-found', version: null });
    notify('good', 'The local server was restarted.');
  });
}
