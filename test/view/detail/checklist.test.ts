import { describe, expect, it } from 'vitest';
import { checklistLines, checklistRows } from '../../../src/view/detail/checklist.ts';
import { PLAIN_THEME } from '../../../src/view/theme.ts';
import { makeChat, makeExtension } from '../../domain/builders.ts';

const entry = (content: string, status: string) => ({ content, priority: 'medium', status });

const chat = (...checklist: readonly ReturnType<typeof entry>[]) =>
  makeChat({ extension: makeExtension({ checklist }) });

const THREE = [
  entry('Read the tests', 'completed'),
  entry('Pin the clock', 'in_progress'),
  entry('Run it', 'pending'),
];

const lines = (task: ReturnType<typeof chat>, width: number, height: number): readonly string[] =>
  checklistLines(checklistRows(task, width, height), PLAIN_THEME);

describe('the checklist of a chat', () => {
  it('has a row for each step where a third of the pane is enough', () => {
    expect(lines(chat(...THREE), 40, 9)).toEqual(['✔ Read the tests', '◐ Pin the clock', '○ Run it']);
    expect(lines(chat(...THREE), 8, 9)).toEqual(['✔ Read …', '◐ Pin t…', '○ Run it']);
  });

  it('is one row with the current step elsewhere', () => {
    expect(lines(chat(...THREE), 40, 8)).toEqual(['checklist 1 of 3: Pin the clock']);
    expect(lines(chat(...THREE), 20, 8)).toEqual(['checklist 1 of 3: P…']);
    expect(lines(chat(entry('A', 'pending'), entry('B', 'pending')), 40, 3)).toEqual(['checklist 0 of 2: A']);
  });

  it('is one row when all is done, and none without steps or room', () => {
    expect(lines(chat(entry('A', 'completed')), 40, 30)).toEqual(['checklist 1 of 1']);
    expect(lines(chat(), 40, 30)).toEqual([]);
    expect(lines(makeChat(), 40, 30)).toEqual([]);
    expect(lines(chat(...THREE), 40, 0)).toEqual([]);
  });

  it('shows hostile text as text', () => {
    const [line = ''] = lines(chat(entry('a\u001b[31m\nb', 'new word')), 40, 9);
    expect(line).not.toContain('\u001b');
    expect(line.startsWith('○ a')).toBe(true);
  });
});
