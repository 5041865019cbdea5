import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { commitsCannotFail, type FailingCommits, failingCommits } from '../../support/failing-commits.ts';
import { type ChatsFixture, chatsFixture, textPart } from './chats-fixture.ts';

let fixture: ChatsFixture;
let commits: FailingCommits;
beforeEach(() => {
  fixture = chatsFixture();
  commits = failingCommits();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  commits.restore();
  vi.restoreAllMocks();
  fixture.dispose();
});

const settle = () => fixture.clock.settle();
const selected = { outcome: 'selected', option_id: 'yes' } as const;

test.skipIf(commitsCannotFail !== null)(
  'a full disk loses no part, no request and no end of a turn',
  async () => {
    const { runtime, local, clock } = fixture;
    const { id } = fixture.create();
    fixture.send(id, 'queued');
    commits.fail();
    runtime.say(id, 'One. ');
    await clock.advance(200);
    runtime.ask(id, 'request');
    runtime.say(id, 'Two. ');
    await clock.advance(200);
    expect(commits.failed).toBeGreaterThan(0);
    expect(fixture.stored(id)).toHaveLength(1);
    // Streams show it all the same.
    expect(local.growing(id)?.parts.map(({ type }) => type)).toEqual([
      'text',
      'tool-call',
      'tool-call',
      'text',
    ]);
    expect(() => local.toolResults(id, [{ id: 'request', outcome: selected }])).toThrow();
    commits.heal();
    await clock.advance(1_000);
    expect(fixture.status(id)).toBe('requires_action');
    local.toolResults(id, [{ id: 'request', outcome: selected }]);
    commits.fail();
    runtime.end(id);
    await clock.advance(3_000);
    expect(runtime.turns).toHaveLength(1);
    commits.heal();
    await clock.advance(1_000);
    expect(runtime.turns).toHaveLength(2);
    expect(fixture.stored(id).map(([role, parts]) => [role, parts.map(({ type }) => type)])).toEqual([
      ['user', ['text']],
      ['assistant', ['text', 'tool-call', 'tool-result', 'tool-call', 'tool-result', 'text']],
      ['user', ['text']],
    ]);
  },
);

test.skipIf(commitsCannotFail !== null)(
  'a refused write of a request leaves everything as it was',
  async () => {
    const { runtime, local } = fixture;
    const { id } = fixture.create();
    runtime.ask(id, 'request');
    await settle();
    const calls = [...runtime.calls];
    const parts = local.growing(id)?.parts;
    commits.fail();
    for (const act of [
      () => fixture.send(id, 'lost', 'interrupt'),
      () => local.interrupt(id),
      () => local.toolResults(id, [{ id: 'request', outcome: selected }]),
      () => local.editMessage(id, fixture.chats.messages(id)[0]?.id ?? 0, { content: [textPart('lost')] }),
      () => fixture.create(),
    ]) {
      expect(act).toThrow();
      await settle();
    }
    expect(runtime.calls).toEqual(calls);
    expect(local.growing(id)?.parts).toEqual(parts);
    commits.heal();
    expect([fixture.status(id), fixture.queued(id)]).toEqual(['requires_action', []]);
    local.toolResults(id, [{ id: 'request', outcome: selected }]);
    runtime.say(id, 'Done');
    runtime.end(id);
    await settle();
    expect(fixture.status(id)).toBe('waiting');
  },
);

test.skipIf(commitsCannotFail !== null)(
  'the server ends although the disk is full, and the next one finds the turn cut off',
  async () => {
    const { runtime, local, clock } = fixture;
    const { id } = fixture.create();
    runtime.say(id, 'Stored. ');
    await clock.advance(50);
    commits.fail();
    runtime.say(id, 'Not stored.');
    await clock.advance(500);
    await local.close(100);
    commits.heal();
    expect(fixture.chats.unfinishedChats().map((chat) => chat.id)).toEqual([id]);
    expect(fixture.stored(id).at(-1)?.[1]).toEqual([textPart('Stored. ')]);
  },
);
