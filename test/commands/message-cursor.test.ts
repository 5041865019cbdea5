import { describe, expect, it } from 'vitest';
import type { StoreEvent } from '../../src/store/event.ts';
import { agent, live, NOON, you } from '../domain/builders.ts';
import { applyEvents, delivery, stateWithTasks, transcriptReceived } from '../store/state-builders.ts';
import { type AppFixture, appFixture } from './app-fixture.ts';

const QUEUED = 'And then deploy.';
const NEWER = 'The tests pass.';
const before = live(you(0, 'Fix it.'), agent(1, 'Done.'));
const answered = transcriptReceived('a', live(...before.messages, agent(2, NEWER)), NOON + 1);
const delivered = transcriptReceived(
  'a',
  live(...before.messages, you(2, QUEUED), agent(3, NEWER)),
  NOON + 1,
);
const ended: StoreEvent = { type: 'delivery-finished', id: 'd1' };

/** A transcript with a queued message at its end, selected by the message cursor. */
function onQueued(...more: readonly StoreEvent[]): AppFixture {
  const app = appFixture(
    applyEvents(
      stateWithTasks('a'),
      transcriptReceived('a', before),
      { type: 'delivery-added', delivery: delivery({ text: QUEUED, stage: 'waiting' }) },
      ...more,
    ),
  );
  app.press('tab', '{');
  return app;
}

const copied = (app: AppFixture): readonly string[] =>
  app.calls.flatMap((call) => (call.what === 'copy' ? [call.text] : []));

describe('y on a queued message', () => {
  it.each<readonly [string, readonly StoreEvent[]]>([
    ['nothing happened', []],
    ['the agent said something newer', [answered]],
    [
      'the agent said something newer, and the screen was made wider',
      [answered, { type: 'terminal-resized', size: { columns: 200, rows: 50 } }],
    ],
    ['the transcript shows it', [delivered]],
    ['it has reached the task', [delivered, ended]],
    ['another message left the queue before it', [{ type: 'delivery-finished', id: 'd0' }]],
  ])('copies it after %s', (_, actions) => {
    const app = onQueued();
    app.dispatch(...actions);
    app.press('y', 'y');
    expect(copied(app)).toEqual([QUEUED]);
  });

  it('keeps the selection when an earlier queued message is sent', () => {
    const first = delivery({ id: 'd0', text: 'First.', stage: 'waiting' });
    const app = appFixture(
      applyEvents(
        stateWithTasks('a'),
        transcriptReceived('a', before),
        { type: 'delivery-added', delivery: first },
        { type: 'delivery-added', delivery: delivery({ text: QUEUED, stage: 'waiting' }) },
      ),
    );
    app.press('tab', '{');
    app.dispatch({ type: 'delivery-finished', id: 'd0' }, answered);
    app.press('y', 'y');
    expect(copied(app)).toEqual([QUEUED]);
  });

  it('selects no other message after a cancel', () => {
    const app = onQueued();
    app.dispatch(answered, ended);
    expect(app.state().view.messageCursor).toBeNull();
  });
});

it('the window stays on a queued message that the user scrolled to', () => {
  const long = Array.from({ length: 60 }, (_, line) => `line ${line}`).join('\n');
  const app = onQueued({ type: 'delivery-added', delivery: delivery({ id: 'd2', text: long }) });
  app.dispatch({ type: 'transcript-scrolled', taskId: 'a', anchor: { message: 3, line: 20 } });
  app.dispatch(answered);
  // A separator and the new message are above it now.
  expect(app.state().view.scrollAnchors.get('a')).toEqual({ message: 5, line: 20 });
});
