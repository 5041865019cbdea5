import { describe, expect, it } from 'vitest';
import { renderProse } from '../../../src/domain/markdown/prose.ts';
import type { MessagePart } from '../../../src/domain/message.ts';
import { openableKeysOf } from '../../../src/domain/part-key.ts';
import { displayWidth } from '../../../src/domain/text/width.ts';
import { bodyOf, foldingOf, type MessageBody, spansAt } from '../../../src/view/transcript/message-body.ts';
import { textBody } from '../../../src/view/transcript/text-body.ts';
import { agent, hostileParts, toolCall } from '../../domain/builders.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { textFault } from '../../support/strict-output.ts';

const text = (words: string): MessagePart => ({ type: 'text', text: words });

const PARTS: readonly MessagePart[] = [
  { type: 'reasoning', text: 'The clock is read twice' },
  text('I **pinned** the clock in two tests.\n'),
  toolCall({ input: { command: 'go test ./...' } }),
  toolCall({
    name: 'edit_files',
    diffs: [{ path: 'auth.go', oldText: 'a', newText: 'b' }],
    status: 'failed',
  }),
  text('\n'),
  { type: 'file', name: 'log.txt', mediaType: 'text/plain' },
  text('Done.'),
];

const rowsOf = (body: MessageBody) =>
  body.lines.map((line, index) => ({ line, spans: spansAt(body, index) }));

describe('the body of a message with several parts', () => {
  it.each([
    [
      60,
      [
        'thinking: The clock is read twice',
        '',
        'I pinned the clock in two tests.',
        '',
        '✓ run: go test ./...',
        '✗ edit files (auth.go) · failed',
        'file: log.txt (text/plain)',
        '',
        'Done.',
      ],
    ],
    [
      20,
      [
        'thinking: The clock…',
        '',
        'I pinned the clock',
        'in two tests.',
        '',
        '✓ run: go test ./...',
        '✗ edit files (auth.…',
        'file: log.txt (text…',
        '',
        'Done.',
      ],
    ],
  ])('has text as markdown and a row for each other part, %s columns wide', (width, lines) => {
    const body = bodyOf(PARTS, { width, prose: renderProse });
    expect(body.lines).toEqual(lines);
    expect(spansAt(body, 2)).toEqual([{ start: 2, end: 8, style: 'strong' }]);
    const call = lines.findIndex((line) => line.startsWith('✗'));
    expect(spansAt(body, call)[0]).toEqual({ start: 0, end: 1, style: 'removed' });
    expect(body.continuedLines).toEqual(width === 20 ? [3] : []);
  });

  it('truncates no row without wrapping', () => {
    const body = bodyOf([toolCall({ input: 'x'.repeat(100) }), text('a')], {
      width: Number.POSITIVE_INFINITY,
      prose: null,
    });
    expect(body.lines).toEqual([`✓ run: ${'x'.repeat(100)}`, '', 'a']);
  });

  it('looks the same when it grew part by part as when laid out at once', () => {
    const options = { width: 24, prose: renderProse };
    let body: MessageBody | null = null;
    for (let count = 1; count <= PARTS.length; count++) {
      const parts = PARTS.slice(0, count);
      body = bodyOf(parts, options, body);
      expect(rowsOf(body)).toEqual(rowsOf(bodyOf(parts, options)));
    }
  });

  it('renders only the text that grew', () => {
    let rendered = 0;
    const prose: typeof renderProse = (lines, columns) => {
      rendered++;
      return renderProse(lines, columns);
    };
    const options = { width: 40, prose };
    const first = [text('Some **bold** words'), toolCall({ status: 'running' }), text('More *words*')];
    const before = bodyOf(first, options);
    rendered = 0;
    bodyOf([first[0] ?? text(''), toolCall({ status: 'done' }), text('More *words* here')], options, before);
    expect(rendered).toBe(1);
  });

  it.each([1, 2, 10, 80])('is safe and fits into %s columns, also with hostile parts', (width) => {
    const next = seededRandom(width);
    for (let round = 0; round < 30; round++) {
      const parts = hostileParts(() => hostileText(next));
      for (const line of bodyOf(parts, { width, prose: null }).lines) {
        expect(textFault(line)).toBeNull();
        // A wide character gets a row of its own in a column.
        if (width > 1) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }
    }
  });
});

it.each([10, 40, 80])('opened parts and their JSON are safe and fit into %s columns', (width) => {
  const next = seededRandom(width);
  for (let round = 0; round < 20; round++) {
    const message = { ...agent(1, ''), parts: hostileParts(() => hostileText(next)) };
    const open = foldingOf(message, openableKeysOf(message));
    const bodies = [
      bodyOf(message.parts, { width, prose: null }, null, open),
      bodyOf(message.parts, { width, prose: null, raw: true }, null, open),
    ];
    for (const line of bodies.flatMap(({ lines }) => lines)) {
      expect(textFault(line)).toBeNull();
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  }
});

describe('the body of a message that is only text', () => {
  it('shares the rows of the text', () => {
    const words = 'One **bold** word\n\n- and an item that is long enough to wrap';
    const options = { width: 20, prose: renderProse };
    const part = text(words);
    const body = bodyOf([part], options);
    expect(body.lines).toEqual(textBody(words, options).lines);
    expect(body.continuedLines).toEqual(textBody(words, options).continuedLines);
    expect(bodyOf([part], options, body).lines).toBe(body.lines);
  });
});
