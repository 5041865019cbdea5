import { describe, expect, it } from 'vitest';
import { countUserMessages, reuseUnchangedMessages } from '../../src/domain/transcript.ts';
import { agent, live, NOON, snapshot, you } from './builders.ts';

describe('keepUnchanged', () => {
  const [banner, prompt, answer] = [agent(0, 'banner'), you(1, 'go'), agent(2, 'so far')] as const;
  const older = live(banner, prompt, answer);

  it('takes the first transcript as it is', () => {
    expect(reuseUnchangedMessages(null, older)).toBe(older);
  });

  it('is the older one when nothing changed', () => {
    expect(reuseUnchangedMessages(older, older)).toBe(older);
    expect(reuseUnchangedMessages(older, structuredClone(older))).toBe(older);
  });

  it('keeps the objects of messages that did not change', () => {
    const newer = live(agent(0, 'banner'), you(1, 'go'), agent(2, 'so far, and more'));
    const kept = reuseUnchangedMessages(older, newer);
    expect(kept).toEqual(newer);
    expect(kept.messages[0]).toBe(banner);
    expect(kept.messages[1]).toBe(prompt);
    expect(kept.messages[2]).not.toBe(answer);
  });

  it.each([
    ['id', { ...answer, id: 3 }],
    ['sender', { ...answer, from: 'you' as const }],
    ['text', { ...answer, content: 'so' }],
    ['time', { ...answer, at: NOON + 1 }],
  ])('takes a message with another %s', (_, changed) => {
    expect(reuseUnchangedMessages(older, live(banner, prompt, changed)).messages[2]).toBe(changed);
  });

  it('follows a list that gets shorter', () => {
    const kept = reuseUnchangedMessages(older, live(agent(0, 'banner'), you(1, 'go')));
    expect(kept.messages).toEqual([banner, prompt]);
    expect(kept.messages[0]).toBe(banner);
  });

  it('takes a conversation that begins again at id 0', () => {
    const again = live(agent(0, 'banner'), you(1, 'something else'));
    expect(reuseUnchangedMessages(older, again)).toEqual(again);
  });

  it('tells a snapshot from the live conversation with the same messages', () => {
    const kept = reuseUnchangedMessages(older, snapshot(banner, prompt, answer));
    expect(kept.snapshot).toBe(true);
    expect(kept.messages[2]).toBe(answer);
  });
});

describe('timesSaid', () => {
  it('counts what the user said, not what the agent repeats', () => {
    expect(countUserMessages(live(you(0, 'yes'), agent(1, 'yes'), you(2, 'yes')), 'yes')).toBe(2);
    expect(countUserMessages(live(agent(0, 'yes')), 'yes')).toBe(0);
  });

  it('does not mind blanks at the ends, padding and line breaks', () => {
    expect(countUserMessages(live(you(0, 'fix  the \n bug   ')), '\n fix the bug ')).toBe(1);
  });

  it('counts whole messages only', () => {
    expect(countUserMessages(live(you(0, 'yes please'), you(1, 'YES')), 'yes')).toBe(0);
  });
});
