import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../src/domain/text/width.ts';
import { makeChat, makeExtension, makeWorktree } from '../domain/builders.ts';
import { applyEvents, chatsReceived, emptyState, listReceived } from '../store/state-builders.ts';
import { type RenderedApp, renderApp } from './rendered-app.tsx';

const FILES = Array.from({ length: 30 }, (_, index) => `src/changed-${index}.ts`);

const offered = {
  type: 'worktree-loaded',
  taskId: 'c1',
  result: {
    value: {
      actions: [
        {
          action: 'merge',
          steps: [{ command: 'git merge --no-edit taskdeck/fix-login-77aa', directory: '/home/ada/auth' }],
          reasons: [],
          remarks: [],
        },
        {
          action: 'remove',
          steps: [],
          reasons: FILES.map((name) => `${name} is not committed.`),
          remarks: [],
        },
      ],
      mayDeleteBranch: false,
    },
  },
} as const;

const shown = (columns: number, rows: number): RenderedApp =>
  renderApp(
    applyEvents(
      emptyState({ columns, rows }),
      listReceived([]),
      chatsReceived([
        makeChat({
          id: 'c1',
          displayName: 'Fix login',
          extension: makeExtension({ worktree: makeWorktree() }),
        }),
      ]),
    ),
  );

describe.each([
  [80, 24],
  [120, 40],
  [40, 12],
])('the worktree of a chat at %ix%i', (columns, rows) => {
  it('shows the commands and all reasons, asks on the line below, and goes back', async () => {
    const app = shown(columns, rows);
    app.press('W');
    await app.until('Loading what can be done');
    app.deck.dispatch(offered);
    await app.until('Merge into main');
    app.press('enter');
    // The footer has the answers where the line is too short.
    await app.until(/y merges it/u);
    expect(app.text()).toContain('git merge');
    app.press('n');
    await app.until(/▌ Merge into main/u);
    const seen = new Set(app.rows());
    const last = FILES.at(-1) ?? '';
    while (![...seen].some((row) => row.includes(last))) {
      const before = app.text();
      app.press('down');
      await app.until(() => expect(app.text()).not.toBe(before));
      for (const row of app.rows()) seen.add(row);
    }
    for (const name of FILES) expect([...seen].join('\n')).toContain(name);
    for (const row of seen) expect(displayWidth(row)).toBeLessThanOrEqual(columns);
    app.press('esc');
    await app.until(() => expect(app.text()).not.toContain('Merge into main'));
  });
});
