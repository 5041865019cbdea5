import { describe, expect, it } from 'vitest';
import { createApiClient } from '../../../src/api/api-client.ts';
import { createChatTranscripts } from '../../../src/api/chats/chat-transcripts.ts';
import { createChatsApi } from '../../../src/api/chats/chats-api.ts';
import { createConnection } from '../../../src/api/connection.ts';
import type { TranscriptReader } from '../../../src/domain/receipt.ts';
import { chatFacts } from '../../../src/domain/task.ts';
import { TOKEN } from '../api-fixture.ts';
import { listMine, sourceAt } from './chats-fixture.ts';
import { chatWith, signal, startWrites } from './writes-fixture.ts';

const QUESTION = { header: 'Auth', question: 'Which?', options: [{ label: 'OIDC' }, { label: 'SAML' }] };

/** A chat that asks, with the id of its question. */
async function asking() {
  const fixture = await startWrites();
  const { chats, url } = fixture.server;
  const id = chats.seed({ planMode: true, messages: [['user', 'Plan it']], status: 'running' });
  chats.agent(id).ask(QUESTION);
  const [listed] = await listMine(sourceAt(fixture.server));
  const questionId = (listed && chatFacts(listed)?.questions[0]?.id) ?? '';
  const transcripts = createChatTranscripts(
    createChatsApi(createApiClient(createConnection({ url, token: TOKEN }), undefined)),
  );
  const readTranscript: TranscriptReader = async (task) => {
    const requestedAt = Date.now();
    return { transcript: await transcripts.transcript(task, signal), requestedAt };
  };
  const prepare = (answers: string | undefined = questionId) =>
    fixture.writes.prepare(chatWith(id), readTranscript, signal, answers);
  const send = (text: string) => fixture.writes.send(chatWith(id), text, signal, { questionId });
  return { fixture, chats, id, questionId, prepare, send };
}

describe('an answer to a chat', () => {
  it('is prepared while its question is open', async () => {
    const { prepare, questionId } = await asking();
    expect(questionId).toMatch(/^call_\d+:0$/u);
    await expect(prepare()).resolves.toMatchObject({ queue: [] });
  });

  it('is refused after another answer, with its words', async () => {
    const { prepare, chats, id } = await asking();
    chats.agent(id).start('SAML,\nplease');
    await expect(prepare()).rejects.toMatchObject({
      kind: 'answered',
      tookEffect: 'no',
      message: 'Already answered elsewhere: “SAML, please”.',
    });
    chats.agent(id).ask(QUESTION);
    await expect(prepare()).rejects.toMatchObject({ kind: 'answered' });
    await expect(prepare('call_0:0')).rejects.toMatchObject({
      message: 'Already answered elsewhere: the question is no longer open.',
    });
  });

  it('that arrives after another one leaves the queue of the server', async () => {
    const { prepare, send, chats, id } = await asking();
    await prepare();
    await prepare();
    await expect(send('OIDC')).resolves.toMatchObject({ kind: 'accepted' });
    await expect(send('SAML')).rejects.toMatchObject({ kind: 'answered', tookEffect: 'no' });
    expect(chats.queue(id)).toEqual([]);
    expect(chats.prompts(id)).toEqual(['Plan it', 'OIDC']);
  });

  it('stays in the queue when it cannot be taken out', async () => {
    const { send, chats, id } = await asking();
    chats.agent(id).start('SAML');
    chats.faults.plan('delete queued', { answer: { status: 500, body: { message: 'No.' } } }, 9);
    await expect(send('OIDC')).resolves.toMatchObject({ kind: 'queued' });
    expect(chats.queue(id)).toHaveLength(1);
  });
});
