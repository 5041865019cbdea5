import type { Chats } from '../../support/chats/chats.ts';
import type { ChatsOptions } from '../../support/chats/options.ts';
import type { Step } from './socket-contract.ts';

type Methods = Readonly<Record<string, (...args: unknown[]) => unknown>>;

const methodOf = (target: object, name: string): ((...args: unknown[]) => unknown) => {
  const method = (target as Methods)[name];
  if (method === undefined) throw new Error(`No step ${name}.`);
  return method.bind(target);
};

/** Lets the server write the events of the step before the next step begins. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Fills in `$first`, `$last`, `$queued` and `$queuedLast`. */
function filledIn(chats: Chats, id: string, value: unknown): unknown {
  const ids: Readonly<Record<string, () => number | undefined>> = {
    $first: () => chats.messages(id)[0]?.id,
    $last: () => chats.messages(id).at(-1)?.id,
    $queued: () => chats.queue(id)[0]?.id,
    $queuedLast: () => chats.queue(id).at(-1)?.id,
  };
  return (typeof value === 'string' && ids[value]?.()) || value;
}

/** Runs one step. Returns the result of the method. */
export function runStep(chats: Chats, id: string, name: string, args: readonly unknown[]): unknown {
  const [area, method = ''] = name.split('.');
  switch (area) {
    case 'agent':
      return methodOf(chats.agent(id), method)(...args);
    case 'web':
      return methodOf(chats.web, method)(id, ...args);
    case 'sockets':
      return methodOf(chats.sockets, method)(...args);
    case 'set':
      return Object.assign(chats.options, { [args[0] as keyof ChatsOptions]: args[1] });
    case 'seed':
      return chats.seed(args[0] as object);
    case 'writeMany':
      for (let count = Number(args[0]); count > 0; count--)
        chats.agent(id).write(`<${chats.row(id).live.length}> `);
      return;
    case 'writeLarge':
      return chats.agent(id).write('x'.repeat(Number(args[0])));
    default:
      throw new Error(`No step ${name}.`);
  }
}

/**
 * Runs the steps of a row one after the other. `id`: its chat; empty without one. `afterEach` runs after each step.
 */
export async function runSteps(
  chats: Chats,
  id: string,
  steps: readonly Step[],
  afterEach: (step: string) => Promise<void> = nextTurn,
): Promise<void> {
  let call: unknown;
  for (const [name, ...given] of steps) {
    const args = given.map((value) => (value === '$call' ? call : filledIn(chats, id, value)));
    const result = runStep(chats, id, name, args);
    if (name.startsWith('agent.') && typeof result === 'string') call = result;
    await afterEach(name);
  }
}
