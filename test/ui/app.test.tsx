import { stripVTControlCharacters } from 'node:util';
import { render } from 'ink-testing-library';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { StoreEvent } from '../../src/store/event.ts';
import type { State } from '../../src/store/state.ts';
import { App } from '../../src/ui/app.tsx';
import { AppContextProvider } from '../../src/ui/app-context-provider.tsx';
import { fixedTheme } from '../../src/ui/theme-source.ts';
import { type AppFixture, appFixture } from '../commands/app-fixture.ts';
import { taskIn } from '../commands/phase-builders.ts';
import { agent, live, makeReport, makeTask, NOON, you } from '../domain/builders.ts';
import {
  applyEvents,
  delivery,
  emptyState,
  listReceived,
  transcriptReceived,
} from '../store/state-builders.ts';
import { WAIT_MS } from '../time-outs.mts';
import { plain } from '../view/themes.ts';
import { failure } from './scenes.ts';

interface Shown {
  readonly deck: AppFixture;
  screen(): string;
  /** Types one key and waits for its effect. */
  key(bytes: string, check: () => void): Promise<void>;
  /** Waits for the effect of another event. */
  happens(event: StoreEvent, check: () => void): Promise<void>;
}

/** The text on the screen. ink-testing-library has 100 columns and no rows: the size is the state's. */
function show(state: State): Shown {
  const deck = appFixture(state);
  const { suspend, ...context } = deck.context;
  const { stdin, lastFrame, unmount } = render(
    <AppContextProvider
      context={context}
      themes={fixedTheme(plain)}
      onSuspend={async () => suspend()}
      openPager={async (_, text) => deck.context.openPager(text)}
      openDirectory={async () => null}
      openWorkspace={async () => null}
      openEditor={(_, text) => deck.context.openEditor(text)}
    >
      <App />
    </AppContextProvider>,
  );
  onTestFinished(() => unmount());
  return {
    deck,
    screen: () => stripVTControlCharacters(lastFrame() ?? ''),
    async key(bytes, check) {
      stdin.write(bytes);
      await vi.waitFor(check, { timeout: WAIT_MS });
    },
    async happens(event, check) {
      deck.dispatch(event);
      await vi.waitFor(check, { timeout: WAIT_MS });
    },
  };
}

const fixLogin = makeTask({
  id: 'a',
  displayName: 'Fix login redirect',
  state: makeReport({ message: 'Which branch should I target?' }),
});
const docs = taskIn('working', 'b', { displayName: 'Update the docs' });
const state = (...actions: readonly StoreEvent[]): State =>
  applyEvents(
    emptyState({ columns: 100, rows: 30 }),
    listReceived([fixLogin, docs]),
    transcriptReceived('a', live(you(0, 'Please fix it'), agent(1, 'I looked at src/auth/redirect.ts'))),
    ...actions,
  );

describe('the screen', () => {
  it('shows the tasks, the transcript of the selected one and the keys', () => {
    const { screen } = show(state());
    for (const words of [
      '2 tasks · 1 needs you · 1 working  live',
      '▌● Fix login redirect',
      '◐ Update the docs',
      'idle 10m · “Which branch should I target?”',
      'Please fix it',
      'I looked at src/auth/redirect.ts',
      ' ⏎ or i: write to Fix login redirect',
      'p pause',
    ])
      expect(screen()).toContain(words);
  });

  it('follows the selection', async () => {
    const { key, screen } = show(state());
    await key('j', () => expect(screen()).toContain('▌◐ Update the docs'));
    expect(screen()).toContain(' ⏎ or i: write to Update the docs: queued while it works');
    expect(screen()).not.toContain('Please fix it');
    expect(screen()).toContain('Loading…');
  });

  it('shows a change before the server has made it', async () => {
    const { happens, screen } = show(state());
    await happens({ type: 'action-started', taskId: 'a', action: 'pause', now: NOON }, () =>
      expect(screen()).toMatch(/‖ Fix login redirect +pausing/u),
    );
    await happens({ type: 'action-failed', taskId: 'a' }, () =>
      expect(screen()).toMatch(/● Fix login redirect +idle/u),
    );
  });

  it('shows a message of the outbox until it has arrived', async () => {
    const { happens, screen } = show(state());
    await happens(
      { type: 'delivery-added', delivery: delivery({ stage: 'waiting', text: 'use main' }) },
      () => expect(screen()).toMatch(/you queued until the agent is ready[\s\S]* {2}use main/u),
    );
    await happens({ type: 'delivery-finished', id: 'd1' }, () => expect(screen()).not.toContain('use main'));
  });

  it('types into the prompt and keeps the draft visible', async () => {
    const { key, screen } = show(state());
    await key('i', () => expect(screen()).toContain('⏎ send'));
    await key('h', () => expect(screen()).toContain('❯ h'));
    await key('i', () => expect(screen()).toContain('❯ hi'));
    await key('\x1b[27u', () => expect(screen()).toContain('p pause'));
    expect(screen()).toContain(' ⏎ or i: continue “hi”');
    expect(screen()).not.toContain('❯');
  });

  it('asks before it deletes, and enter is no', async () => {
    const { deck, key, screen } = show(state());
    await key('d', () => expect(screen()).toContain('Delete “Fix login redirect”?'));
    await key('\r', () => expect(screen()).not.toContain('Delete “'));
    expect(deck.calls).toEqual([]);
  });

  it('opens and closes the help over the panes', async () => {
    const { key, screen } = show(state());
    await key('?', () => expect(screen()).toContain('┌ Keys ─'));
    expect(screen()).not.toContain('Update the docs');
    await key('q', () => expect(screen()).toContain('Update the docs'));
  });

  it('says why a key cannot act', async () => {
    const { key, screen } = show(state());
    await key('r', () => expect(screen()).toContain('It is not paused.'));
    await key('j', () => expect(screen()).not.toContain('It is not paused.'));
  });

  it('keeps old data while the server fails, with the reason', () => {
    const { screen } = show(
      state(
        {
          type: 'list-failed',
          source: 'tasks',
          error: failure('signed-out', 'You are signed out.'),
          retryAt: NOON,
          now: NOON,
        },
        { type: 'clock-ticked', now: NOON + 30_000 },
      ),
    );
    expect(screen()).toContain('Fix login redirect');
    expect(screen()).toContain('signed out 30s');
    expect(screen()).toContain('You are signed out. Its detail. Run `taskdeck login');
  });

  it('has one line if it is too small', async () => {
    const { happens, screen } = show(state());
    await happens({ type: 'terminal-resized', size: { columns: 50, rows: 8 } }, () =>
      expect(screen().trim()).toBe('taskdeck needs 40x10; this is 50x8. q quits.'),
    );
    await happens({ type: 'terminal-resized', size: { columns: 50, rows: 10 } }, () =>
      expect(screen()).toContain('Fix login redirect'),
    );
  });

  it('has one pane if it is narrow, the task’s while the prompt is focused', async () => {
    const { happens, key, screen } = show(state());
    await happens({ type: 'terminal-resized', size: { columns: 60, rows: 20 } }, () =>
      expect(screen()).not.toContain('Please fix it'),
    );
    await key('\t', () => expect(screen()).toContain('Please fix it'));
    expect(screen()).not.toContain('Update the docs');
    await key('\t', () => expect(screen()).toContain('Update the docs'));
    await key('i', () => expect(screen()).toContain('Please fix it'));
  });
});
