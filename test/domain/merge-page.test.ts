import { describe, expect, it } from 'vitest';
import { mergeConversations } from '../../src/domain/merge-conversations.ts';
import { mergePage, withoutKnownGaps } from '../../src/domain/merge-page.ts';
import type { Message } from '../../src/domain/message.ts';
import { EMPTY_CONVERSATION, type StoredConversation } from '../../src/domain/stored-conversation.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { agent, NOON } from './builders.ts';

/** Messages of these ids, one a minute. */
const messages = (...ids: readonly number[]): readonly Message[] =>
  ids.map((id) => agent(id, `m${id}`, NOON + id * 60_000));

const older = (...ids: readonly number[]) => ({ messages: messages(...ids), hasOlder: true });
const first = (...ids: readonly number[]) => ({ messages: messages(...ids), hasOlder: false });

/** Ids, with `…` for a gap. */
const idsOf = ({ entries }: StoredConversation): string =>
  entries.map(({ kind, id }) => (kind === 'gap' ? '…' : kind === 'message' ? id : kind)).join(' ');

const stored = (...pages: readonly ReturnType<typeof older>[]): StoredConversation =>
  pages.reduce((all, page) => mergePage(all, page), EMPTY_CONVERSATION);

describe('the newest messages of a chat', () => {
  it('begin with a gap if the server has older ones', () => {
    expect(idsOf(stored(older(500, 510)))).toBe('… 500 510');
    expect(idsOf(stored(first(500, 510)))).toBe('500 510');
  });

  it('follow the known ones without a gap or a restart while the page moves on', () => {
    expect(idsOf(stored(first(10, 20, 30), older(20, 30, 45), older(45, 50)))).toBe('10 20 30 45 50');
  });

  it('leave a gap after stored messages that the page does not reach', () => {
    const all = stored(first(10, 20), older(500, 510));
    expect(idsOf(all)).toBe('10 20 … 500 510');
    expect(idsOf(mergePage(all, older(510, 520)))).toBe('10 20 … 500 510 520');
  });

  it('replace what an edit deleted, and keep the rest', () => {
    const all = stored(first(10, 20, 30, 40));
    expect(idsOf(mergePage(all, first(10, 55)))).toBe('10 55');
    expect(idsOf(mergePage(all, older(20, 55)))).toBe('10 20 55');
  });

  it('keep the conversation and its entries when nothing is new', () => {
    const all = stored(older(500, 510));
    expect(mergePage(all, older(500, 510))).toBe(all);
    const more = mergePage(all, older(500, 510, 520));
    expect(more.entries.slice(0, 3).every((entry, index) => entry === all.entries[index])).toBe(true);
  });

  it('change a message that came again with other content', () => {
    const changed = { messages: [agent(500, 'new words', NOON)], hasOlder: true };
    const [, entry] = mergePage(stored(older(500)), changed).entries;
    expect(entry).toMatchObject({ kind: 'message', message: { parts: [{ text: 'new words' }] } });
  });
});

describe('a page of older messages', () => {
  it('closes the gap that it was requested for', () => {
    const all = stored(older(500, 510));
    expect(idsOf(mergePage(all, older(300, 400), 500))).toBe('… 300 400 500 510');
    expect(idsOf(mergePage(all, first(300, 400), 500))).toBe('300 400 500 510');
    expect(idsOf(mergePage(all, first(), 500))).toBe('500 510');
    expect(mergePage(all, older(), 500)).toBe(all);
  });

  it('joins stored messages when it reaches one of them', () => {
    const all = stored(first(10, 20), older(500));
    expect(idsOf(mergePage(all, older(300, 400), 500))).toBe('10 20 … 300 400 500');
    expect(idsOf(mergePage(all, older(20, 400), 500))).toBe('10 20 400 500');
  });

  it.each([1, 2, 3])('loads everything page by page while others arrive, seed %s', (seed) => {
    const next = seededRandom(seed);
    const random = (): number => next(1_000) / 1_000;
    const ids: number[] = [];
    let id = 0;
    const grow = (count: number): void => {
      for (let index = 0; index < count; index++) {
        id += 1 + Math.floor(random() * 9);
        ids.push(id);
      }
    };
    grow(400);
    const pageBefore = (before: number, size: number) => {
      const known = ids.filter((each) => each < before);
      return { messages: messages(...known.slice(-size)), hasOlder: known.length > size };
    };
    let all = EMPTY_CONVERSATION;
    for (let round = 0; round < 200; round++) {
      if (random() < 0.3) grow(Math.floor(random() * 70));
      // An edit deletes a message and what follows.
      if (random() < 0.05) ids.splice(ids.length - 1 - Math.floor(random() * 20));
      all = mergePage(all, pageBefore(Number.POSITIVE_INFINITY, 50));
      const gap = all.entries.findLast(({ kind }) => kind === 'gap');
      if (gap !== undefined && random() < 0.5) all = mergePage(all, pageBefore(gap.id, 50), gap.id);
    }
    all = mergePage(all, pageBefore(Number.POSITIVE_INFINITY, 50));
    for (let round = 0; round < 200; round++) {
      const gap = all.entries.findLast(({ kind }) => kind === 'gap');
      if (gap === undefined) break;
      all = mergePage(all, pageBefore(gap.id, 50), gap.id);
    }
    expect(idsOf(all)).toBe(ids.join(' '));
  });
});

describe('a conversation from the disk', () => {
  it('closes the gap before a message that it continues', () => {
    const disk = stored(first(10, 20, 30));
    const page = older(30, 40);
    const merged = mergeConversations(disk, stored(page));
    expect(idsOf(merged)).toBe('10 20 … 30 40');
    expect(idsOf(mergePage(withoutKnownGaps(merged, disk), page))).toBe('10 20 30 40');
  });

  it('keeps a gap of its own', () => {
    const disk = stored(first(10), older(30));
    const merged = mergeConversations(disk, stored(older(30, 40)));
    expect(idsOf(withoutKnownGaps(merged, disk))).toBe('10 … 30 40');
  });
});
