import type { Context } from './context.ts';
import { createPoller, type Poller } from './poller.ts';

/**
 * Learns once which server this is, who the user is, and what tasks can be made from: with the templates at hand a
 * new task can be written without waiting for them.
 */
export function learnIdentity({ backend, store, clock, rounds, probes, random }: Context): Poller {
  type Learn = (signal: AbortSignal, heard: () => void) => Promise<void>;
  const learnServer: Learn = async (...request) => {
    if (store.getState().serverVersion !== null) return;
    const { version } = await backend.serverInfo(...request);
    store.dispatch({ type: 'server-known', version });
  };
  const learnUser: Learn = async (...request) => {
    if (store.getState().user !== null) return;
    store.dispatch({ type: 'user-known', user: await backend.me(...request) });
  };
  const learnTemplates: Learn = async (...request) => {
    if (store.getState().templates !== null) return;
    store.dispatch({ type: 'templates-arrived', templates: await backend.templates(...request) });
  };
  let turns: readonly Learn[] = [learnServer, learnUser, learnTemplates];

  return createPoller({
    fault: store.report,
    clock,
    rounds,
    probes,
    random,
    async ask(signal, heard) {
      const failures: unknown[] = [];
      // One after the other: the list and the conversation come first. What one is refused does not keep the others.
      for (const learn of turns) {
        if (signal.aborted) break;
        await learn(signal, heard).catch((error: unknown) => {
          failures.push(error);
          // One that hangs ends this poll: the others come first in the next.
          turns = [...turns.filter((each) => each !== learn), learn];
        });
      }
      if (failures.length > 0) throw failures[0];
      return null;
    },
    // What is wrong with the server is the list's to say.
    failed: () => {},
  });
}
