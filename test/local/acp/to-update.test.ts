import { describe, expect, it } from 'vitest';
import { toEvents, toOptions } from '../../../src/local/acp/to-update.ts';

const call = (fields: object) => toEvents({ sessionUpdate: 'tool_call_update', toolCallId: '1', ...fields });
const changeOf = (fields: object) => call(fields)[0];

describe('updates', () => {
  it.each<[string, object, object[]]>([
    [
      'text',
      { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'a' } },
      [{ type: 'text', text: 'a' }],
    ],
    ['empty text', { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: '' } }, []],
    [
      'a link',
      {
        sessionUpdate: 'agent_message_chunk',
        content: { type: 'resource_link', uri: 'file:///a', name: 'a' },
      },
      [{ type: 'text', text: '[a]' }],
    ],
    [
      'an image',
      { sessionUpdate: 'agent_message_chunk', content: { type: 'image', data: 'AAAA' } },
      [{ type: 'text', text: '[image]' }],
    ],
    ['our own prompt', { sessionUpdate: 'user_message_chunk', content: { type: 'text', text: 'a' } }, []],
    [
      'a notice',
      { sessionUpdate: 'notice', severity: 'info', title: 'Config warning', description: 'old key' },
      [{ type: 'notice', text: 'Config warning: old key' }],
    ],
    [
      'usage without a cost',
      { sessionUpdate: 'usage_update', used: 1, size: 2 },
      [{ type: 'usage', usage: { used: 1, size: 2, cost: null } }],
    ],
    ['a blank title', { sessionUpdate: 'session_info_update', title: ' ' }, []],
    ['a number', 7 as never, []],
    ['null', null as never, []],
  ])('%s', (_, update, events) => {
    expect(toEvents(update)).toEqual(events);
  });
});

describe('tool calls', () => {
  it('an update has only the fields that the agent sent', () => {
    expect(call({})).toEqual([{ type: 'tool', isNew: false, change: { id: '1' } }]);
    expect(call({ title: null, kind: null, status: null, content: null, locations: null })).toEqual([
      { type: 'tool', isNew: false, change: { id: '1' } },
    ]);
  });

  it('content without a diff keeps an earlier diff, and without a text the output', () => {
    expect(changeOf({ content: [{ type: 'content', content: { type: 'text', text: 'done' } }] })).toEqual({
      type: 'tool',
      isNew: false,
      change: { id: '1', output: 'done' },
    });
    expect(changeOf({ content: [{ type: 'diff', path: '/a', newText: 'b' }] })).toEqual({
      type: 'tool',
      isNew: false,
      change: { id: '1', diffs: [{ path: '/a', oldText: null, newText: 'b' }] },
    });
  });

  it.each<[string, object, string]>([
    ['a text', { rawOutput: 'out' }, 'out'],
    ['an object', { rawOutput: { output: 'out', metadata: {} } }, 'out'],
    ['content before it', { rawOutput: 'raw', content: [textItem('nice')] }, 'nice'],
    ['several texts', { content: [textItem('a'), textItem('b')] }, 'a\nb'],
    [
      'an image',
      { content: [{ type: 'content', content: { type: 'image', mimeType: 'image/png' } }] },
      '[image: image/png]',
    ],
  ])('output: %s', (_, fields, output) => {
    expect(changeOf(fields)).toMatchObject({ change: { output } });
  });

  it('the end of a long output stays', () => {
    const text = `${'x'.repeat(600_000)}the end`;
    const event = changeOf({ content: [textItem(text)] });
    const output = event?.type === 'tool' ? (event.change.output ?? '') : '';
    expect(output).toHaveLength(512 * 1024);
    expect(output).toMatch(/^…x+the end$/);
  });

  it('arguments, diffs and locations have a limit', () => {
    const event = changeOf({
      rawInput: { text: 'x'.repeat(1_000_000), list: Array.from({ length: 100_000 }, () => 'item') },
      content: [{ type: 'diff', path: '/a', oldText: 'o'.repeat(1_000_000), newText: 'n'.repeat(1_000_000) }],
      locations: Array.from({ length: 1_000 }, (_, line) => ({ path: '/a', line })),
    });
    expect(JSON.stringify(event).length).toBeLessThan(700_000);
    expect(event).toMatchObject({ change: { locations: expect.objectContaining({ length: 50 }) } });
  });

  it('the first line has number 1; others are unknown', () => {
    expect(
      changeOf({ locations: [{ path: '/a', line: 0 }, { path: '/b', line: 1 }, { line: 2 }, null] }),
    ).toMatchObject({
      change: {
        locations: [
          { path: '/a', line: null },
          { path: '/b', line: 1 },
        ],
      },
    });
  });

  it('a text is not cut inside a character', () => {
    const event = changeOf({ title: '😀'.repeat(1_500) });
    const title = event?.type === 'tool' ? (event.change.title ?? '') : '';
    expect(title.length).toBeLessThanOrEqual(2_000);
    expect(title.isWellFormed()).toBe(true);
  });
});

it('options without an id cannot be chosen', () => {
  expect(
    toOptions([{ name: 'x' }, null, { optionId: 'a' }, { optionId: '', name: '', kind: 'allow_once' }]),
  ).toEqual([
    { id: 'a', name: 'a', kind: 'other' },
    { id: '', name: '', kind: 'allow_once' },
  ]);
  expect(toOptions('none')).toEqual([]);
});

function textItem(text: string) {
  return { type: 'content', content: { type: 'text', text } };
}
