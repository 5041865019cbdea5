import { render } from 'ink';
import type { CommandContext } from './commands/command.ts';
import type { Deployment } from './config/deployment.ts';
import { connect } from './connect.ts';
import type { Clock, Storage } from './domain/ports.ts';
import { systemClock } from './local/clock.ts';
import { openStorage } from './storage/storage.ts';
import { initialState } from './store/initial.ts';
import { createStore, type Store } from './store/store.ts';
import { startRemembering } from './sync/remembering.ts';
import { startSync } from './sync/sync.ts';
import { keyInput } from './terminal/keys.ts';
import { App } from './ui/app.tsx';
import { DeckContext } from './ui/hooks/store.ts';
import { createTheme } from './ui/theme.ts';

export interface TuiOptions {
  readonly deployment: Deployment;
  readonly stateDir: string;
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs the TUI until the user quits. Resolves to the exit code. */
export async function runTui({ deployment, stateDir, version, env }: TuiOptions): Promise<number> {
  const { stdin, stdout } = process;
  const clock = systemClock;
  const local = deployment.kind === 'local';
  const where = local
    ? { origin: 'local', name: 'local', token: '' }
    : { origin: new URL(deployment.url).origin, name: new URL(deployment.url).host, token: deployment.token };

  const storage = openStorage({ directory: stateDir });
  const store = createStore(
    initialState({
      deployment: { name: where.name, local },
      size: { columns: stdout.columns, rows: stdout.rows },
      now: clock.now(),
    }),
  );
  const backend = connect({ deployment, stateDir, version, env });
  const stopRemembering = remember(store, storage, where, clock);
  if (storage.notice !== null) {
    store.dispatch({ type: 'noticed', notice: { tone: 'bad', text: storage.notice, at: clock.now() } });
  }
  stdout.on('resize', () =>
    store.dispatch({ type: 'resized', size: { columns: stdout.columns, rows: stdout.rows } }),
  );

  const sync = startSync({ backend, store, clock, random: Math.random });
  const context: CommandContext = {
    store,
    clock,
    operations: sync.operations,
    outbox: sync.outbox,
    refresh: sync.refresh,
    terminal: { repaint: () => {}, suspend: () => {} },
    quit: () => app.unmount(),
  };
  const theme = createTheme({ color: (env.NO_COLOR ?? '') === '' });
  const app = render(
    <DeckContext value={{ context, theme }}>
      <App />
    </DeckContext>,
    {
      stdin: keyInput(stdin),
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
      incrementalRendering: true,
      maxFps: 120,
    },
  );
  await app.waitUntilExit();
  sync.stop();
  stopRemembering();
  storage.close();
  return 0;
}

/** Remembers per user, as soon as it is known who that is. Returns how to end it. */
function remember(
  store: Store,
  storage: Storage,
  where: { origin: string; token: string },
  clock: Clock,
): () => void {
  const { origin, token } = where;
  const begin = (user: string): (() => void) =>
    startRemembering(store, storage.memory({ origin, user }), clock);
  const known = storage.userOf(origin, token);
  if (known !== null) return begin(known);
  let stop = store.subscribe(() => {
    const { user } = store.getState();
    if (user === null) return;
    stop();
    storage.rememberUser(origin, token, user.username);
    stop = begin(user.username);
  });
  return () => stop();
}
