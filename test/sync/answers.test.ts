import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeliveryExtras } from '../../src/domain/delivery.ts';
import { answeredError } from '../../src/domain/open-question.ts';
import type { Source } from '../../src/domain/ports/source.ts';
import { createOutbox } from '../../src/sync/outbox/outbox.ts';
import { createTranscriptReader } from '../../src/sync/refresh/fetch-transcript.ts';
import { makeChat } from '../domain/builders.ts';
import { outboxStorage } from '../support/outbox-storage.ts';
import { failure } from './scripted-backend.ts';
import { syncFixture } from './sync-fixture.ts';

const CHOSEN: DeliveryExtras = { questionId: 'call_1:0', isChosen: true };
const offline = failure({ kind: 'unreachable', message: 'No connection.', tookEffect: 'no' });

function start({ prepare, send }: Partial<Pick<Source, 'prepare' | 'send'>>) {
  const fixture = syncFixture({ tasks: [makeChat({ id: 'c', planMode: true })] });
  const sent: unknown[] = [];
  const prepared: unknown[] = [];
  Object.assign(fixture.backend.sources[0], {
    prepare(task, readTranscript, signal, questionId) {
      prepared.push(questionId);
      return prepare?.(task, readTranscript, signal, questionId) ?? Promise.resolve({});
    },
    send(task, text, signal, turn) {
      sent.push([text, turn]);
      return send?.(task, text, signal, turn) ?? Promise.resolve({ kind: 'accepted' });
    },
    resolve: async () => 'undecided',
    resolveFrom: () => 'undecided',
  } satisfies Partial<Source>);
  const changed: string[] = [];
  const outbox = createOutbox({
    ...fixture,
    readTranscript: createTranscriptReader(fixture),
    outboxStorage: outboxStorage().rows(),
    onTaskChanged: (taskId) => changed.push(taskId),
    resume: async () => true,
  });
  onTestFinished(() => outbox.stop());
  const draft = (): string | undefined => fixture.state.drafts.get('c')?.text;
  return { fixture, outbox, sent, prepared, changed, draft };
}

describe('an answer', () => {
  it('is checked before it is sent, with its question and its plan mode', async () => {
    const { fixture, outbox, sent, prepared } = start({});
    outbox.add('c', 'Implement the plan.', { extras: { ...CHOSEN, planMode: false } });
    await fixture.clock.settle();
    expect(prepared).toEqual(['call_1:0']);
    expect(sent).toEqual([['Implement the plan.', { planMode: false, questionId: 'call_1:0' }]]);
  });

  it('to a question with another answer is not sent, and a chosen option does not come into the prompt', async () => {
    const { fixture, outbox, sent, draft, changed } = start({
      prepare: () => Promise.reject(answeredError('SAML')),
    });
    outbox.add('c', 'OIDC', { extras: CHOSEN });
    await fixture.clock.settle();
    expect(sent).toEqual([]);
    expect(fixture.state.deliveries).toEqual([]);
    expect(draft()).toBeUndefined();
    expect(fixture.state.notice?.text).toBe('Not sent: Already answered elsewhere: “SAML”.');
    expect(changed).toEqual(['c']);
  });

  it('in words comes back into the prompt', async () => {
    const { fixture, outbox, sent, draft } = start({ prepare: () => Promise.reject(answeredError('')) });
    outbox.add('c', 'Other: mTLS', { extras: { questionId: 'call_1:0' } });
    await fixture.clock.settle();
    expect(sent).toEqual([]);
    expect(draft()).toBe('Other: mTLS');
    expect(fixture.state.notice?.text).toBe(
      'Not sent: Already answered elsewhere: the question is no longer open. The text is back in the prompt.',
    );
  });

  it('that another one overtook is not sent again', async () => {
    const { fixture, outbox, sent, draft } = start({ send: () => Promise.reject(answeredError('')) });
    outbox.add('c', 'OIDC', { extras: CHOSEN });
    await fixture.clock.settle();
    await fixture.clock.advance(60_000);
    expect(sent).toHaveLength(1);
    expect(fixture.state.deliveries).toEqual([]);
    expect(draft()).toBeUndefined();
    expect(fixture.state.notice?.text).toMatch(/^Not sent: Already answered elsewhere/u);
  });

  it('that waited for the connection is checked again before it goes out', async () => {
    const answers: (Error | null)[] = [offline, offline, answeredError('SAML')];
    const { fixture, outbox, sent, prepared } = start({
      async prepare() {
        const error = answers.shift();
        if (error != null) throw error;
        return {};
      },
    });
    outbox.add('c', 'OIDC', { extras: CHOSEN });
    await fixture.clock.settle();
    expect(fixture.state.deliveries).toHaveLength(1);
    await fixture.clock.advance(60_000);
    expect(prepared).toHaveLength(3);
    expect(sent).toEqual([]);
    expect(fixture.state.deliveries).toEqual([]);
    expect(fixture.state.notice?.text).toMatch(/“SAML”/u);
  });

  it('is sent again after a send that did not arrive, if its question is still open', async () => {
    const results: (Error | null)[] = [offline, null];
    const { fixture, outbox, sent, prepared } = start({
      async send() {
        const error = results.shift();
        if (error != null) throw error;
        return { kind: 'accepted' };
      },
    });
    outbox.add('c', 'OIDC', { extras: CHOSEN });
    await fixture.clock.settle();
    await fixture.clock.advance(30_000);
    expect(sent).toHaveLength(2);
    expect(prepared).toEqual(['call_1:0', 'call_1:0']);
  });
});
