import { describe, expect, it } from 'vitest';
import { textParts } from '../../src/domain/message.ts';
import { hasSameWords, reuseUnchangedMessages } from '../../src/domain/transcript.ts';
import { agent, live, NOON, snapshot, you } from './builders.ts';

describe('reuseUnchangedMessages', () => {
  const [banner, prompt, answer] = [agent(0, 'banner'), you(1, 'go'), agent(2, 'so far')] as const;
  const older = live(banner, prompt, answer);

  it('returns the first transcript unchanged', () => {
    expect(reuseUnchangedMessages(null, older)).toBe(older);
  });

  it('returns the older one when nothing changed', () => {
    expect(reuseUnchangedMessages(older, older)).toBe(older);
    expect(reuseUnchangedMessages(older, structuredClone(older))).toBe(older);
  });

  it('keeps the objects of unchanged messages', () => {
    const newer = live(agent(0, 'banner'), you(1, 'go'), agent(2, 'so far, and more'));
    const reused = reuseUnchangedMessages(older, newer);
    expect(reused).toEqual(newer);
    expect(reused.messages[0]).toBe(banner);
    expect(reused.messages[1]).toBe(prompt);
    expect(reused.messages[2]).not.toBe(answer);
  });

  it.each([
    ['id', { ...answer, id: 3 }],
    ['sender', { ...answer, role: 'user' as const }],
    ['text', { ...answer, parts: textParts('so') }],
    ['time', { ...answer, at: NOON + 1 }],
  ])('replaces a message with another %s', (_, changed) => {
    expect(reuseUnchangedMessages(older, live(banner, prompt, changed)).messages[2]).toBe(changed);
  });

  it('follows a list that gets shorter', () => {
    const reused = reuseUnchangedMessages(older, live(agent(0, 'banner'), you(1, 'go')));
    expect(reused.messages).toEqual([banner, prompt]);
    expect(reused.messages[0]).toBe(banner);
  });

  it('accepts a conversation that restarts at id 0', () => {
    const again = live(agent(0, 'banner'), you(1, 'something else'));
    expect(reuseUnchangedMessages(older, again)).toEqual(again);
  });

  it('distinguishes a snapshot from a live transcript with the same messages', () => {
    const reused = reuseUnchangedMessages(older, snapshot(banner, prompt, answer));
    expect(reused.snapshot).toBe(true);
    expect(reused.messages[2]).toBe(answer);
  });
});

describe('two texts with the same words', () => {
  it('may differ in blanks at the ends, padding and line breaks', () => {
    expect(hasSameWords('fix  the \n bug   ', '\n fix the bug ')).toBe(true);
  });

  it.each(['yes please', 'YES'])('are not "yes" and "%s"', (other) => {
    expect(hasSameWords('yes', other)).toBe(false);
  });
});
