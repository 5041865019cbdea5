import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/domain/text/width.ts';
import type { GroupHeading } from '../../../src/store/list-items.ts';
import { headingLine, headingWords } from '../../../src/view/list/heading-line.ts';
import { WORDS } from '../../ui/scenes.ts';
import { colored, plain } from '../themes.ts';

const heading = (about: Partial<GroupHeading> = {}): GroupHeading => ({
  kind: 'group',
  key: 'phase idle',
  label: 'idle',
  count: 12,
  needYou: 3,
  moved: 0,
  isCollapsed: false,
  ...about,
});
const line = (about: Partial<GroupHeading>, width: number): string =>
  stripVTControlCharacters(headingLine(heading(about), 'no', plain, width));

describe('the heading of a group', () => {
  it('has a fold sign, its label, its count, and how many need the user', () => {
    expect(line({}, 32)).toBe(' ▾ idle 12           3 need you ');
    expect(line({ isCollapsed: true, needYou: 1, moved: 2 }, 40)).toBe(
      ' ▸ idle 12, 2 moved         1 needs you ',
    );
    expect(line({ needYou: 0 }, 32).trimEnd()).toBe(' ▾ idle 12');
  });

  it('keeps its label before the number of those that need the user', () => {
    expect(line({ label: 'github.com/acme/auth' }, 24)).toBe(' ▾ github.com/ac… 12 3! ');
  });

  it('has one style while it is selected, and exactly the width of the list, for all texts', () => {
    const selected = headingLine(heading(), 'focused', colored, 32);
    expect(selected.match(/\x1b\[3\dm/gu)).toBeNull();
    for (const label of WORDS)
      for (const width of [24, 32, 60]) expect(displayWidth(line({ label, moved: 2 }, width))).toBe(width);
  });

  it('has words for a screen reader', () => {
    expect(headingWords(heading({ isCollapsed: true, moved: 1 }))).toBe(
      'Group idle: 12 tasks, 3 need you, 1 in another phase by now, collapsed.',
    );
    expect(headingWords(heading({ count: 1, needYou: 0 }))).toBe('Group idle: 1 task.');
  });
});
