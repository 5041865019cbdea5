import { describe, expect, it } from 'vitest';
import type { Message, MessagePart } from '../../src/domain/message.ts';
import { followTranscript, initialFollowState } from '../../src/script/follow-transcript.ts';
import { messageJson } from '../../src/script/json.ts';
import { agent, NOON, toolCall, you } from '../domain/builders.ts';

const withParts = (id: number, ...parts: readonly MessagePart[]): Message => ({ ...agent(id, ''), parts });

const CALL = toolCall({ input: { command: 'go test ./...' } });
const REPLY = withParts(1, { type: 'reasoning', text: 'Hm' }, CALL, { type: 'text', text: 'It **works**.' });
const PLAIN = 'thinking: Hm\n✓ execute: go test ./...\n\nIt **works**.';

describe('a script', () => {
  it('prints a message with several parts as plain text', () => {
    const { text } = followTranscript(initialFollowState, [REPLY], true);
    expect(text.slice(text.indexOf('\n') + 1)).toBe(`${PLAIN}\n`);
  });

  it('prints a tool call again when it has ended', () => {
    const running = withParts(1, toolCall({ input: 'ls', status: 'running' }));
    const first = followTranscript(initialFollowState, [running], false);
    const last = followTranscript(first.state, [withParts(1, toolCall({ input: 'ls' }))], true);
    expect(first.text).toContain('… execute (running): ls');
    expect(last.text).toContain('✓ execute: ls');
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
