import { describe, expect, it } from 'vitest';
import type { Message, MessagePart, ToolCallPart } from '../../src/domain/message.ts';
import { partRow, partsAfter, plainTextOf } from '../../src/domain/message-text.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import { messageText } from '../../src/domain/transcript-text.ts';
import { hostileText } from '../support/hostile-text.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { textFault } from '../support/strict-output.ts';
import { hostileParts, NOON, toolCall } from './builders.ts';

const rowOf = (part: MessagePart): string | undefined => partRow(part)?.text;

const messageWith = (...parts: readonly MessagePart[]): Message => ({
  id: 1,
  role: 'agent',
  parts,
  at: NOON,
});

const diff = (path: string) => ({ path, oldText: null, newText: 'x' });

describe('the row of a part', () => {
  it.each<[name: string, part: MessagePart, row: string | undefined]>([
    ['text', { type: 'text', text: 'Hello' }, undefined],
    [
      'reasoning',
      { type: 'reasoning', text: 'The clock\nis read twice' },
      'thinking: The clock is read twice',
    ],
    ['empty reasoning', { type: 'reasoning', text: ' \n' }, 'thinking'],
    ['a file', { type: 'file', name: 'a.png', mediaType: 'image/png' }, 'file: a.png (image/png)'],
    ['a file of an unknown type', { type: 'file', name: 'a', mediaType: '' }, 'file: a'],
    [
      'a citation',
      { type: 'citation', title: 'Docs', url: 'https://x.example/a' },
      'citation: Docs (https://x.example/a)',
    ],
    [
      'a citation without a title',
      { type: 'citation', title: '', url: 'https://x.example' },
      'citation: https://x.example',
    ],
    ['a notice', { type: 'notice', text: 'Context\ncompacted' }, 'notice: Context compacted'],
    ['a notice of a hook', { type: 'notice', text: 'Denied', name: 'hook-notice' }, 'notice: Denied'],
    [
      'a file reference',
      { type: 'file-reference', path: 'main.go', startLine: 12, endLine: 18, content: 'x' },
      'file reference: main.go:12-18',
    ],
    [
      'a context file',
      { type: 'context-file', path: 'AGENTS.md', isTruncated: true },
      'context file: AGENTS.md (beginning only)',
    ],
    ['a skill', { type: 'skill', name: 'deploy', description: 'How to' }, 'skill: deploy'],
    [
      'a thought with its time',
      { type: 'reasoning', text: 'Hm', startedAt: NOON, endedAt: NOON + 4_000 },
      'thinking: Hm · 4s',
    ],
    ['an unknown part', { type: 'unknown', name: 'hologram' }, 'unknown part: hologram'],
  ])('of %s', (_, part, row) => {
    expect(rowOf(part)).toBe(row);
  });

  it('shortens the answer to a permission request, which nothing else says', () => {
    const options = [{ option_id: 'all', name: 'Yes, and allow all commands', kind: 'allow_always' }];
    const output = JSON.stringify({ outcome: 'selected', option_id: 'all' });
    const call = toolCall({ name: 'request_permission', input: { options }, output });
    expect(partRow(call, 30)?.text).toBe('✓ permission · Yes, and allow…');
  });

  it.each<[name: string, about: Partial<ToolCallPart>, row: string]>([
    ['its command', { input: { timeout: 5, command: 'go test ./...' } }, '✓ run: go test ./...'],
    ['the words of its command', { input: { command: ['go', 'test'] } }, '✓ run: go test'],
    ['a text as input', { input: 'ls' }, '✓ run: ls'],
    ['its place', { input: null, places: [{ path: 'a/b.go', line: 7 }] }, '✓ run: a/b.go:7'],
    ['its first argument', { input: { n: 3, door: 'left' } }, '✓ run: left'],
    ['no arguments', { input: [] }, '✓ run'],
    ['a title', { title: 'Run the tests', input: { command: 'go test' } }, '✓ Run the tests: go test'],
    ['a title that has the argument', { title: 'Run go test', input: 'go test' }, '✓ Run go test'],
    ['its kind without a name', { name: '', kind: 'fetch' }, '✓ fetch'],
    ['changed files', { diffs: [diff('src/a.ts'), diff('b.ts'), diff('lib/b.ts')] }, '✓ run (a.ts, b.ts)'],
    ['a changed file once', { input: { path: 'src/a.ts' }, diffs: [diff('src/a.ts')] }, '✓ run: src/a.ts'],
    ['its failure', { status: 'failed', input: 'ls' }, '✗ run: ls · failed'],
    ['that it runs', { status: 'running', input: 'ls' }, '… run: ls · running'],
    ['that it waits', { status: 'pending' }, '· run · waiting'],
    ['its exit code', { status: 'failed', exitCode: 2, input: 'ls' }, '✗ run: ls · exit 2'],
    [
      'its error',
      { status: 'failed', input: 'ls', output: '\nNo such\tfile.\nat x' },
      '✗ run: ls · No such file.',
    ],
    ['its time', { input: 'ls', startedAt: NOON, endedAt: NOON + 83_400 }, '✓ run: ls · 1m 23s'],
    ['no time below a second', { input: 'ls', startedAt: NOON, endedAt: NOON + 400 }, '✓ run: ls'],
    [
      'the lines that it reads',
      { name: 'read_file', input: { path: 'a.go', offset: 12, limit: 7 } },
      '✓ read file: a.go:12-18',
    ],
    [
      'a file that it writes',
      { name: 'write_file', input: { path: 'src/a.go', content: 'x' } },
      '✓ write file: src/a.go',
    ],
    [
      'the question',
      { name: 'ask_user_question', input: { questions: [{ question: 'Which flow?' }] } },
      '✓ ask you: Which flow?',
    ],
    [
      'its sub-agent',
      {
        name: 'spawn_agent',
        input: { type: 'explore', prompt: 'Find the clock' },
        output: '{"chat_id":"7a7a1b2c-0000","title":"find the clock"}',
      },
      '✓ start sub-agent: find the clock (chat 7a7a1b2c)',
    ],
    [
      'the sub-agent that it waits for',
      { name: 'wait_agent', input: { chat_id: '7a7a1b2c-0000' } },
      '✓ wait for sub-agent (chat 7a7a1b2c)',
    ],
    ['a compaction', { name: 'chat_summarized', output: 'The story so far' }, '✓ conversation summarized'],
    ['an unknown tool', { name: 'open_door', input: { door: 'left' } }, '✓ open_door: left'],
  ])('of a tool call shows %s', (_, about, row) => {
    expect(rowOf(toolCall(about))).toBe(row);
  });

  it.each([
    [60, '✗ run: go test ./internal/auth/... -run T… · exit 1 · 1m 23s'],
    [32, '✗ run: go tes… · exit 1 · 1m 23s'],
    [20, '✗ run: go … · exit 1'],
    [8, '✗ run: …'],
  ])('keeps its end in %s columns', (width, row) => {
    const command = 'go test ./internal/auth/... -run TestLoginWithTwoClocks';
    const call = toolCall({
      input: { command },
      status: 'failed',
      exitCode: 1,
      startedAt: NOON,
      endedAt: NOON + 83_000,
    });
    const { text } = partRow(call, width) ?? { text: '' };
    expect(displayWidth(text)).toBeLessThanOrEqual(width);
    expect(text).toBe(row);
  });

  it('links the page of a citation and of a fetched URL', () => {
    const address = 'https://go.dev/doc';
    const spans = [
      partRow({ type: 'citation', title: 'Go', url: address }),
      partRow(toolCall({ name: 'fetch', input: { url: address } })),
      partRow({ type: 'citation', title: 'Bad', url: 'javascript:alert(1)' }),
    ].map((row) => row?.spans.find((span) => span.address !== undefined));
    expect(spans).toEqual([
      { start: 10, end: 33, style: 'link', address },
      { start: 9, end: 27, style: 'link', address },
      undefined,
    ]);
  });

  it('shows the beginning of a very long argument', () => {
    const row = rowOf(toolCall({ input: { command: 'x'.repeat(5_000_000) } })) ?? '';
    expect(row).toMatch(/^✓ run: x+…$/u);
    expect(row.length).toBeLessThan(300);
  });
});

describe('the plain text of a message', () => {
  const call = toolCall({ input: 'ls' });

  it('has all parts, and blank lines around text', () => {
    const message = messageWith(
      { type: 'reasoning', text: 'Hm' },
      call,
      { type: 'text', text: 'First\nsecond' },
      { type: 'text', text: ' \n' },
      { type: 'text', text: 'Third' },
      call,
    );
    expect(plainTextOf(message)).toBe('thinking: Hm\n✓ run: ls\n\nFirst\nsecond\n\nThird\n\n✓ run: ls');
  });

  it('is the text itself for a message that is only text', () => {
    expect(plainTextOf(messageWith({ type: 'text', text: 'a\x1b[2J' }))).toBe('a\x1b[2J');
  });

  it('has no escape sequence and no control character, also with hostile parts', () => {
    const next = seededRandom(7);
    for (let round = 0; round < 200; round++) {
      const parts = hostileParts(() => hostileText(next));
      for (const part of parts) {
        const row = rowOf(part);
        if (row !== undefined) expect({ row, fault: textFault(row) }).toEqual({ row, fault: null });
        expect(row ?? '').not.toContain('\n');
      }
      expect(textFault(messageText(messageWith(...parts)))).toBeNull();
    }
  });

  it('shows a tool call after a text that ends in an open escape sequence', () => {
    expect(messageText(messageWith({ type: 'text', text: 'a\x1b]0;title' }, call))).toBe('a\n\n✓ run: ls');
  });
});

describe('the parts after a length', () => {
  it.each([
    [0, ['Hello', '✓ run', 'World']],
    [3, ['lo', '✓ run', 'World']],
    [5, ['✓ run', 'World']],
    ['Hello\n\n✓ run'.length, ['World']],
    ['Hello\n\n✓ run\n\nWor'.length, ['ld']],
    [1_000, []],
  ])('of %s', (length, expected) => {
    const message = messageWith({ type: 'text', text: 'Hello' }, toolCall({}), {
      type: 'text',
      text: 'World',
    });
    expect(
      partsAfter(message, length).map((part) => (part.type === 'text' ? part.text : rowOf(part))),
    ).toEqual(expected);
  });

  it('of a message that is only text is the rest of the text', () => {
    expect(partsAfter(messageWith({ type: 'text', text: 'Hello' }), 4)).toEqual([
      { type: 'text', text: 'o' },
    ]);
  });
});
