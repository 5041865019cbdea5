import { describe, expect, it } from 'vitest';
import type { Message, MessagePart } from '../../src/domain/message.ts';
import { followTranscript, initialFollowState } from '../../src/script/follow-transcript.ts';
import { messageJson } from '../../src/script/json.ts';
import { agent, NOON, toolCall, you } from '../domain/builders.ts';

const withParts = (id: number, ...parts: readonly MessagePart[]): Message => ({ ...agent(id, ''), parts });

const CALL = toolCall({ input: { command: 'go test ./...' } });
const REPLY = withParts(1, { type: 'reasoning', text: 'Hm' }, CALL, { type: 'text', text: 'It **works**.' });
const PLAIN = 'thinking: Hm\n✓ run: go test ./...\n\nIt **works**.';

describe('a script', () => {
  it('prints a message with several parts as plain text', () => {
    const { text } = followTranscript(initialFollowState, [REPLY], true);
    expect(text.slice(text.indexOf('\n') + 1)).toBe(`${PLAIN}\n`);
  });

  it('prints a tool call once, when it has ended', () => {
    const running = toolCall({ input: 'ls', status: 'running' });
    const text: MessagePart = { type: 'text', text: 'I look.' };
    const first = followTranscript(initialFollowState, [withParts(1, text, running)], false);
    const ended = { ...running, status: 'failed', exitCode: 2, startedAt: 0, endedAt: 3_000 } as const;
    const last = followTranscript(first.state, [withParts(1, text, ended)], true);
    expect(first.text).toMatch(/I look\.$/u);
    expect(last.text).toBe('\n\n✗ run: ls · exit 2 · 3s\n');
  });

  it('has the parts in JSON, unless the message is only text', () => {
    expect(messageJson(REPLY)).toMatchObject({ id: 1, type: 'output', parts: REPLY.parts });
    expect(messageJson(you(0, 'Test it'))).toEqual({
      id: 0,
      content: 'Test it',
      type: 'input',
      time: new Date(NOON).toISOString(),
    });
  });
});
