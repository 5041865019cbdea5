import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/store/action.ts';
import { agent, live, NOON, you } from '../domain/make.ts';
import { delivery, play, showing, transcribed } from '../store/make.ts';
import { type Deck, deckOn } from './deck.ts';

const QUEUED = 'And then deploy.';
const NEWER = 'The tests pass.';
const before = live(you(0, 'Fix it.'), agent(1, 'Done.'));
const answered = transcribed('a', live(...before.messages, agent(2, NEWER)), NOON + 1);
const delivered = transcribed('a', live(...before.messages, you(2, QUEUED), agent(3, NEWER)), NOON + 1);
const ended: Action = { type: 'delivery-ended', id: 'd1' };

/** A conversation with a queued message below it, which the message cursor stands on. */
function onQueued(...more: readonly Action[]): Deck {
  const deck = deckOn(
    play(
      showing('a'),
      transcribed('a', before),
      { type: 'delivery-begun', delivery: delivery({ text: QUEUED, stage: 'waiting' }) },
      ...more,
    ),
  );
  deck.press('tab', '{');
  return deck;
}

const copied = (deck: Deck): readonly string[] =>
  deck.calls.flatMap((call) => (call.what === 'copy' ? [call.text] : []));

describe('y on a queued message', () => {
  it.each<readonly [string, readonly Action[]]>([
    ['nothing happened', []],
    ['the agent said something newer', [answered]],
    [
      'the agent said something newer, and the screen was made wider',
      [answered, { type: 'resized', size: { columns: 200, rows: 50 } }],
    ],
    ['the transcript shows it', [delivered]],
    ['it has reached the task', [delivered, ended]],
    ['another message left the queue before it', [{ type: 'delivery-ended', id: 'd0' }]],
  ])('copies it after %s', (_, actions) => {
    const deck = onQueued();
    deck.dispatch(...actions);
    deck.press('y');
    expect(copied(deck)).toEqual([QUEUED]);
  });

  it('stays on it when a message before it in the queue is sent', () => {
    const first = delivery({ id: 'd0', text: 'First.', stage: 'waiting' });
    const deck = deckOn(
      play(
        showing('a'),
        transcribed('a', before),
        { type: 'delivery-begun', delivery: first },
        { type: 'delivery-begun', delivery: delivery({ text: QUEUED, stage: 'waiting' }) },
      ),
    );
    deck.press('tab', '{');
    deck.dispatch({ type: 'delivery-ended', id: 'd0' }, answered);
    deck.press('y');
    expect(copied(deck)).toEqual([QUEUED]);
  });

  it('leaves no cursor on another message when it was taken back', () => {
    const deck = onQueued();
    deck.dispatch(answered, ended);
    expect(deck.state().view.pointed).toBeNull();
  });
});

it('the window stays on a queued message that the user scrolled to', () => {
  const long = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
  const deck = onQueued({ type: 'delivery-begun', delivery: delivery({ id: 'd2', text: long }) });
  deck.dispatch({ type: 'scrolled', taskId: 'a', anchor: { message: 3, line: 20 } });
  deck.dispatch(answered);
  // Above it are now a line before what is new, and that.
  expect(deck.state().view.scroll.get('a')).toEqual({ message: 5, line: 20 });
});
