import { describe, expect, it } from 'vitest';
import type { MessagePart } from '../../src/domain/message.ts';
import { partText } from '../../src/domain/message-text.ts';
import { NO_LIMITS, partDetails } from '../../src/domain/part-details.ts';
import { partKeysOf } from '../../src/domain/part-key.ts';
import { hostileText } from '../support/hostile-text.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { textFault } from '../support/strict-output.ts';
import { agent, hostileParts, toolCall } from './builders.ts';

const linesOf = (part: MessagePart, limits?: typeof NO_LIMITS): readonly string[] =>
  partDetails(part, limits).map(({ firstPrefix, text }) => `${firstPrefix}${text}`);

const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');

describe('an opened tool call', () => {
  it('has its arguments and its output', () => {
    const call = toolCall({
      input: { command: 'go test ./...', timeout: 60, script: 'cd a\ngo vet' },
      output: 'ok auth\n\nFAIL login\n',
    });
    expect(linesOf(call)).toEqual([
      '  command: go test ./...',
      '  timeout: 60',
      '  script:',
      '  │ cd a',
      '  │ go vet',
      '  output:',
      '  │ ok auth',
      '  │ ',
      '  │ FAIL login',
    ]);
    expect(linesOf(toolCall({}))).toEqual(['  no arguments and no output']);
  });

  it('keeps the end of a long output, and says how many lines are hidden', () => {
    const lines = linesOf(toolCall({ output: numbered(1_234) }));
    expect(lines.slice(0, 3)).toEqual(['  output:', '  │ … the first 1184 lines hidden', '  │ line 1185']);
    expect(lines.at(-1)).toBe('  │ line 1234');
    expect(linesOf(toolCall({ output: numbered(50) })).at(1)).toBe('  │ line 1');
    expect(linesOf(toolCall({ output: numbered(1_234) }), NO_LIMITS)).toHaveLength(1_235);
  });

  it('keeps the end of a very long line', () => {
    const lines = linesOf(toolCall({ output: `${'x'.repeat(300_000)}the end` }));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/^ {2}│ …x+the end$/u);
    expect(lines[1]?.length).toBeLessThan(65_000);
  });

  it('has the changes of several files, several of one file included', () => {
    const call = toolCall({
      name: 'edit_files',
      output: '{\n  "ok": true\n}',
      input: {
        files: [
          {
            path: 'src/auth.go',
            edits: [
              { search: 'a\nb\nc', replace: 'a\nB\nc' },
              { search: 'x', replace: 'x\ny' },
            ],
          },
          { path: 'b.go', edits: [{ search: 'one', replace: 'two' }] },
        ],
      },
    });
    expect(linesOf(call)).toEqual([
      '  src/auth.go · +2 -1',
      '  │ @@ change 1 of 2 @@',
      '  │  a',
      '  │ -b',
      '  │ +B',
      '  │  c',
      '  │ @@ change 2 of 2 @@',
      '  │  x',
      '  │ +y',
      '  b.go · +1 -1',
      '  │ -one',
      '  │ +two',
    ]);
    const styles = partDetails(call).map(({ spans }) => spans[0]?.style);
    expect(styles.slice(1, 5)).toEqual(['hunk', undefined, 'removed', 'added']);
  });

  it('leaves out equal lines far from a change, and compares large texts', () => {
    const old = numbered(3_000);
    const now = old.replace('line 1500\n', 'other\n');
    expect(linesOf(toolCall({ diffs: [{ path: 'a', oldText: old, newText: now }] }))).toEqual([
      '  a · +1 -1',
      '  │ @@ 1496 unchanged lines @@',
      '  │  line 1497',
      '  │  line 1498',
      '  │  line 1499',
      '  │ -line 1500',
      '  │ +other',
      '  │  line 1501',
      '  │  line 1502',
      '  │  line 1503',
      '  │ @@ 1497 unchanged lines @@',
    ]);
    const lines = linesOf(toolCall({ name: 'write_file', input: { path: 'a', content: numbered(500) } }));
    expect(lines[0]).toBe('  path: a');
    expect(lines[1]).toBe('  a (written as a whole) · +500 -0');
    expect(lines.at(-1)).toBe('  │ … 380 more lines hidden');
  });

  it('colours a diff in the output', () => {
    const lines = partDetails(toolCall({ output: 'diff --git a/a b/a\n-old\n+new' }));
    expect(lines.map(({ spans }) => spans[0]?.style)).toEqual(['mark', 'strong', 'removed', 'added']);
  });

  it('is ready at once with an output of 10 MB', () => {
    const call = toolCall({ output: `${'a line of the output of a long build\n'.repeat(270_000)}` });
    const started = performance.now();
    expect(partDetails(call).length).toBeLessThan(210);
    expect(performance.now() - started).toBeLessThan(500);
    const again = performance.now();
    expect(partDetails(call)).toBe(partDetails(call));
    expect(performance.now() - again).toBeLessThan(5);
  });
});

it('other parts open to their text', () => {
  expect(linesOf({ type: 'reasoning', text: 'One\n\ntwo' })).toEqual(['  │ One', '  │', '  │ two']);
  expect(
    linesOf({ type: 'file-reference', path: 'a.go', startLine: 1, endLine: 2, content: 'x\n  y' }),
  ).toEqual(['  │ x', '  │   y']);
  expect(linesOf({ type: 'unknown', name: 'hologram', data: { a: 1 } })).toEqual([
    '  │ {',
    '  │   "a": 1',
    '  │ }',
  ]);
  expect(linesOf({ type: 'citation', title: '', url: 'https://a.example' })).toEqual([]);
});

it('no detail of hostile parts has an escape sequence or a line break', () => {
  const next = seededRandom(11);
  for (let round = 0; round < 100; round++)
    for (const part of hostileParts(() => hostileText(next))) {
      for (const line of linesOf(part)) {
        expect(textFault(line)).toBeNull();
        expect(line).not.toContain('\n');
      }
      if (part.type !== 'text') expect(textFault(partText(part))).toBeNull();
    }
});

describe('the keys of parts', () => {
  it('stay when parts are added, and do not depend on the index', () => {
    const call = toolCall({ id: 'call-7' });
    const short = { ...agent(5, ''), parts: [call, { type: 'reasoning', text: 'a' }] as const };
    const long = { ...short, parts: [{ type: 'text', text: 'b' } as const, ...short.parts, call] };
    expect(partKeysOf(short)).toEqual(['call call-7', '5 reasoning 0']);
    expect(partKeysOf(long)).toEqual([null, 'call call-7', '5 reasoning 0', '5 tool-call 1']);
  });
});
