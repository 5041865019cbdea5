import { describe, expect, it, vi } from 'vitest';
import { commands, keyNames, settingsCommands } from '../../src/commands/command-registry.ts';
import { paletteEntries, runChosen } from '../../src/commands/palette.ts';
import { withKeyNames } from '../../src/domain/key-placeholder.ts';
import type { State } from '../../src/store/state.ts';
import { applyEvents, emptyState, listReceived, onDeployment } from '../store/state-builders.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const working = applyEvents(emptyState(), listReceived([taskIn('working', 'a')]));

describe('the palette', () => {
  it('opens with a colon and closes with esc', () => {
    const app = appFixture(working);
    app.press(':');
    expect(app.state().view.overlay).toEqual({ kind: 'palette' });
    app.press('esc');
    expect(app.state().view.overlay).toBeNull();
  });

  it('lists available commands first, and the others with a reason', () => {
    const entries = paletteEntries(working);
    const [pause, resume] = ['pause', 'resume'].map((id) => entries.findIndex((entry) => entry.id === id));
    expect(entries[pause ?? -1]).toMatchObject({ keys: ['p'], availability: true });
    expect(entries[resume ?? -1]?.availability).toMatch(/./u);
    expect(pause).toBeLessThan(resume ?? -1);
    expect(entries.map(({ id }) => id)).not.toContain('palette');
  });

  it('runs the chosen command, or shows the reason why not', () => {
    const app = appFixture(onDeployment(working));
    app.press(':');
    runChosen(app.context, 'pause');
    expect(app.calls).toEqual([{ what: 'act-after-undo-window', action: 'pause', taskId: 'a' }]);
    expect(app.state().view.overlay).toBeNull();
    runChosen(app.context, 'resume');
    expect(app.calls).toHaveLength(1);
    expect(app.notice()).toMatch(/./u);
  });

  it('closes and runs in one change', () => {
    const app = appFixture(working);
    app.press(':');
    const listener = vi.fn();
    app.store.subscribe(listener);
    runChosen(app.context, 'new');
    expect(app.state().view).toMatchObject({ overlay: null, focus: 'prompt' });
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('asks the same question as the key', () => {
    const app = appFixture(working);
    app.press(':');
    runChosen(app.context, 'pause');
    expect(app.calls).toEqual([]);
    expect(app.state().view.overlay).toMatchObject({ kind: 'confirm-action', action: 'pause' });
  });

  it('lists every other command, those of other contexts last with the key that leads there', () => {
    const found = (pane: 'list' | 'transcript') =>
      paletteEntries(applyEvents(working, { type: 'pane-focused', pane }));
    for (const pane of ['list', 'transcript'] as const) {
      const ids = found(pane).map(({ id }) => id);
      expect(ids.toSorted()).toEqual(
        [...commands, ...settingsCommands(working)]
          .map(({ id }) => id)
          .filter((id) => id !== 'palette')
          .toSorted(),
      );
      for (const { id, section } of found(pane)) expect(section, id).not.toBe('');
    }
    const availability = (pane: 'list' | 'transcript', id: string) => {
      const text = found(pane).find((entry) => entry.id === id)?.availability ?? '';
      return text === true ? true : withKeyNames(text, keyNames({}));
    };
    expect(availability('list', 'down')).toBe(true);
    expect(availability('transcript', 'down')).toBe('Only in the list (tab).');
    expect(availability('list', 'wrap')).toBe('Only in the transcript (tab).');
    expect(availability('transcript', 'wrap')).toBe(true);
    expect(availability('list', 'outbox-cancel')).toBe('Only in the outbox (Q).');
    expect(availability('list', 'send')).toBe('Only in the prompt (enter).');
    const availabilities = found('list').map((entry) => entry.availability);
    expect(availabilities.lastIndexOf(true)).toBe(availabilities.findIndex((each) => each !== true) - 1);
  });

  it('shows the reason for a command of another context, and changes nothing', () => {
    const app = appFixture(working);
    const before = app.state().view;
    app.press(':');
    runChosen(app.context, 'outbox-cancel');
    expect(app.notice()).toBe('Only in the outbox (Q).');
    expect(app.state().view).toEqual(before);
    expect(app.calls).toEqual([]);
  });

  it('steps through the hits of an active search', () => {
    const searching = applyEvents(
      working,
      { type: 'pane-focused', pane: 'transcript' },
      { type: 'transcript-search-changed', search: { taskId: 'a', text: 'x', hit: null } },
    );
    const availability = (state: State) =>
      paletteEntries(state).find(({ id }) => id === 'next-hit')?.availability;
    expect(availability(searching)).toBe(true);
    expect(availability(working)).not.toBe(true);
  });
});
