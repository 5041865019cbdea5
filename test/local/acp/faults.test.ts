import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { taggedProcesses } from '../../support/tagged-processes.ts';
import { AGENT_FAULTS } from './agent-faults.ts';
import { END_FAULTS } from './end-faults.ts';
import { startHarness } from './runtime-harness.ts';
import { SESSION_FAULTS } from './session-faults.ts';

/*
 * A row a fault of an agent: the real runtime runs a fake agent with this fault. After each row the chat is closed, and no
 * process with its tag may run.
 */

beforeEach(() => {
  vi.spyOn(console, 'error').mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['messages', AGENT_FAULTS],
  ['sessions', SESSION_FAULTS],
  ['ends', END_FAULTS],
])('%s', (_, faults) => {
  it.each(faults)('$name', async ({ play, ...options }) => {
    const chat = await startHarness(options);
    await play(chat);
    // The SDK prints what it does not know; the server must not.
    expect(vi.mocked(console.error).mock.calls).toEqual([]);
    await chat.close();
    expect(taggedProcesses(chat.chatId)).toEqual([]);
  });
});
