import { describe, expect, it } from 'vitest';
import { saveTranscript } from '../../src/commands/export-transcript.ts';
import { agent, live, you } from '../domain/builders.ts';
import { applyEvents, stateWithTasks, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const TALK = live(
  you(0, 'go   '),
  agent(1, '**one**\x1b[31m   \n'),
  you(2, 'on'),
  agent(3, 'two\n'.repeat(100)),
);

const reading = (): AppFixture => {
  const app = appFixture(applyEvents(stateWithTasks('a', 'b'), transcriptReceived('a', TALK)));
  app.press('tab');
  return app;
};
const settled = (): Promise<void> => new Promise(setImmediate);
const pointed = (app: AppFixture): number | undefined => app.state().view.messageCursor?.message;

describe('the message cursor', () => {
  it('appears at the last visible message, then moves by messages', () => {
    const app = reading();
    app.press('{');
    expect(pointed(app)).toBe(3);
    app.press('{', '{');
    expect(pointed(app)).toBe(1);
    expect(app.state().view.scrollAnchors.get('a')).toEqual({ message: 1, line: 0 });
    app.press('}', '}', '}', '}');
    expect(pointed(app)).toBe(3);
    app.press('{', '{', '{', '{', '{');
    expect(pointed(app)).toBe(0);
  });

  it('disappears with the transcript, and does not move to another task', () => {
    const app = reading();
    app.press('{', 'tab');
    expect(app.state().view.messageCursor).toBeNull();
    app.press('tab', '{', 'tab', 'j');
    expect(app.state().view.messageCursor).toBeNull();
  });
});

describe('copying', () => {
  it('copies the source of the message under the cursor, sanitised, and shows the result', async () => {
    const app = reading();
    app.press('{', '{', '{', 'y', 'y');
    await settled();
    expect(app.calls).toEqual([{ what: 'copy', text: '**one**' }]);
    expect(app.notice()).toBe('Copied 7 characters.');
  });

  it('copies the last visible message without a cursor, and selects it', async () => {
    const app = reading();
    app.press('g', 'y', 'y');
    await settled();
    expect(pointed(app)).toBe(3);
    app.press('}');
    expect(pointed(app)).toBe(3);
  });

  it('says when there is no message', async () => {
    const app = appFixture(stateWithTasks('a'));
    app.press('tab', 'y', 'y');
    await settled();
    expect(app.notice()).toBe('No messages yet.');
    expect(app.calls).toEqual([]);
  });
});

const WHOLE = /^\[you 2026-01-01T12:00:00Z\]\ngo\n\n\[agent 2026-01-01T12:00:00Z\]\n\*\*one\*\*\n\n\[you/u;

describe('the pager', () => {
  it('receives the source of the whole transcript', () => {
    const app = reading();
    app.press('v');
    expect(app.calls).toEqual([{ what: 'page', text: expect.stringMatching(WHOLE) }]);
  });
});

describe('saving', () => {
  it('proposes the name of the task, and shows the path of the file', async () => {
    const app = reading();
    app.press('S');
    const { overlay } = app.state().view;
    expect(overlay).toEqual({ kind: 'save', taskId: 'a', name: 'name-a.txt' });
    await saveTranscript(app.context, { taskId: 'a', name: 'name-a.txt' });
    expect(app.calls).toEqual([
      { what: 'save', name: 'name-a.txt', text: expect.stringMatching(WHOLE), overwrite: false },
    ]);
    expect(app.notice()).toMatch(/^Saved \d+ B to \/home\/ada\/name-a\.txt\.$/u);
  });

  it('asks before it overwrites a file: y overwrites, any other key returns to the name', async () => {
    const app = reading();
    await saveTranscript(app.context, { taskId: 'a', name: 'old.txt' });
    expect(app.state().view.overlay).toMatchObject({ kind: 'confirm-overwrite', file: '/home/ada/old.txt' });
    app.press('enter');
    expect(app.state().view.overlay).toEqual({ kind: 'save', taskId: 'a', name: 'old.txt' });
    await saveTranscript(app.context, { taskId: 'a', name: 'old.txt' });
    app.press('y');
    await settled();
    expect(app.calls.at(-1)).toMatchObject({ what: 'save', name: 'old.txt', overwrite: true });
    expect(app.notice()).toMatch(/^Saved .* to \/home\/ada\/old\.txt\.$/u);
  });

  it('shows the reason of a failure and keeps the name', async () => {
    const app = reading();
    await saveTranscript(app.context, { taskId: 'a', name: '/no/such' });
    expect(app.notice()).toBe('Cannot write /no/such: the directory does not exist.');
    expect(app.state().view.overlay).toMatchObject({ kind: 'save', name: '/no/such' });
  });

  it('esc cancels it', () => {
    const app = reading();
    app.press('S', 'esc');
    expect(app.state().view.overlay).toBeNull();
    expect(app.calls).toEqual([]);
  });
});
