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
  const deck = appFixture(applyEvents(stateWithTasks('a', 'b'), transcriptReceived('a', TALK)));
  deck.press('tab');
  return deck;
};
const settled = (): Promise<void> => new Promise(setImmediate);
const pointed = (deck: AppFixture): number | undefined => deck.state().view.messageCursor?.message;

describe('the message cursor', () => {
  it('shows itself at the last message on screen, then goes from one to the next', () => {
    const deck = reading();
    deck.press('{');
    expect(pointed(deck)).toBe(3);
    deck.press('{', '{');
    expect(pointed(deck)).toBe(1);
    expect(deck.state().view.scrollAnchors.get('a')).toEqual({ message: 1, line: 0 });
    deck.press('}', '}', '}', '}');
    expect(pointed(deck)).toBe(3);
    deck.press('{', '{', '{', '{', '{');
    expect(pointed(deck)).toBe(0);
  });

  it('is gone with the transcript, and not taken along to another task', () => {
    const deck = reading();
    deck.press('{', 'tab');
    expect(deck.state().view.messageCursor).toBeNull();
    deck.press('tab', '{', 'tab', 'j');
    expect(deck.state().view.messageCursor).toBeNull();
  });
});

describe('copying', () => {
  it('takes the message under the cursor as it was written, safe, and says what came of it', async () => {
    const deck = reading();
    deck.press('{', '{', '{', 'y');
    await settled();
    expect(deck.calls).toEqual([{ what: 'copy', text: '**one**' }]);
    expect(deck.notice()).toBe('Copied 7 characters.');
  });

  it('without a cursor takes the last message on screen, and shows which', async () => {
    const deck = reading();
    deck.press('g', 'y');
    await settled();
    expect(pointed(deck)).toBe(3);
    deck.press('}');
    expect(pointed(deck)).toBe(3);
  });

  it('is not offered where there is no message', () => {
    const deck = appFixture(stateWithTasks('a'));
    deck.press('tab', 'y');
    expect(deck.notice()).toBe('No messages yet.');
    expect(deck.calls).toEqual([]);
  });
});

const WHOLE = /^\[you 2026-01-01T12:00:00Z\]\ngo\n\n\[agent 2026-01-01T12:00:00Z\]\n\*\*one\*\*\n\n\[you/u;

describe('the pager', () => {
  it('is given the whole conversation as it was written', () => {
    const deck = reading();
    deck.press('v');
    expect(deck.calls).toEqual([{ what: 'page', text: expect.stringMatching(WHOLE) }]);
  });
});

describe('saving', () => {
  it('proposes the name of the task, and says where the file is', async () => {
    const deck = reading();
    deck.press('S');
    const { overlay } = deck.state().view;
    expect(overlay).toEqual({ kind: 'save', taskId: 'a', name: 'name-a.txt' });
    await saveTranscript(deck.context, { taskId: 'a', name: 'name-a.txt' });
    expect(deck.calls).toEqual([
      { what: 'save', name: 'name-a.txt', text: expect.stringMatching(WHOLE), overwrite: false },
    ]);
    expect(deck.notice()).toMatch(/^Saved \d+ B to \/home\/ada\/name-a\.txt\.$/u);
  });

  it('asks before it writes over something: y does, any other key goes back to the name', async () => {
    const deck = reading();
    await saveTranscript(deck.context, { taskId: 'a', name: 'old.txt' });
    expect(deck.state().view.overlay).toMatchObject({ kind: 'confirm-overwrite', file: '/home/ada/old.txt' });
    deck.press('enter');
    expect(deck.state().view.overlay).toEqual({ kind: 'save', taskId: 'a', name: 'old.txt' });
    await saveTranscript(deck.context, { taskId: 'a', name: 'old.txt' });
    deck.press('y');
    await settled();
    expect(deck.calls.at(-1)).toMatchObject({ what: 'save', name: 'old.txt', overwrite: true });
    expect(deck.notice()).toMatch(/^Saved .* to \/home\/ada\/old\.txt\.$/u);
  });

  it('that fails says why, with the name still there to be changed', async () => {
    const deck = reading();
    await saveTranscript(deck.context, { taskId: 'a', name: '/no/such' });
    expect(deck.notice()).toBe('Cannot write /no/such: the directory does not exist.');
    expect(deck.state().view.overlay).toMatchObject({ kind: 'save', name: '/no/such' });
  });

  it('is left by esc without a trace', () => {
    const deck = reading();
    deck.press('S', 'esc');
    expect(deck.state().view.overlay).toBeNull();
    expect(deck.calls).toEqual([]);
  });
});
