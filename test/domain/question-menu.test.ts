import { describe, expect, it } from 'vitest';
import { type Message, textParts } from '../../src/domain/message.ts';
import { menuQuestions } from '../../src/domain/question-menu.ts';
import { NOON } from './builders.ts';

const said = (text: string, id = 5): Message => ({ id, role: 'agent', parts: textParts(text), at: NOON });
/** As wide as AgentAPI's terminal. */
const padded = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.padEnd(80))
    .join('\n');
const labelsIn = (text: string): readonly string[] | undefined =>
  menuQuestions([said(text)])[0]?.options.map(({ label }) => label);
const textIn = (text: string): string | undefined => menuQuestions([said(text)])[0]?.text;

const CLAUDE = `
● Bash(npm test)

╭──────────────────────────────────────────────────────────────────────────────╮
│ Bash command                                                                 │
│                                                                              │
│   npm test                                                                   │
│   Run the tests                                                              │
│                                                                              │
│ Do you want to proceed?                                                      │
│ ❯ 1. Yes                                                                     │
│   2. Yes, and don't ask again for npm test commands in                       │
│      /home/coder/project                                                     │
│   3. No, and tell Claude what to do differently (esc)                        │
│                                                                              │
╰──────────────────────────────────────────────────────────────────────────────╯
`;
const CLAUDE_OPEN = `────────────────────────────────────────────────────────────────────────────────
 Do you trust the files in this folder?

 /home/coder/project

   1. Yes, proceed
 ❯ 2. No, exit

 Enter to confirm · Esc to exit
`;
const CODEX = `  Allow command?

› 1. Yes, proceed (y)
  2. Yes, and don't ask again (p)
  3. No, and tell Codex what to do differently (esc)

  Press enter to confirm or esc to cancel
`;
const ASCII = `Pick a theme:
> 1) Dark
  2) Light
  3) Same as terminal
Use the arrow keys
Enter selects`;

describe('a menu of a terminal agent', () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      'in a frame, with a wrapped option',
      CLAUDE,
      'Do you want to proceed?',
      [
        'Yes',
        "Yes, and don't ask again for npm test commands in /home/coder/project",
        'No, and tell Claude what to do differently (esc)',
      ],
    ],
    ['with padding', padded(CLAUDE_OPEN), '/home/coder/project', ['Yes, proceed', 'No, exit']],
    [
      'with the marker of Codex',
      CODEX,
      'Allow command?',
      ['Yes, proceed (y)', "Yes, and don't ask again (p)", 'No, and tell Codex what to do differently (esc)'],
    ],
    ['in ASCII, with two hints', ASCII, 'Pick a theme:', ['Dark', 'Light', 'Same as terminal']],
    ['with nothing above', '❯ 1. a\n  2. b', '', ['a', 'b']],
    ['without a space after the marker', '❯1. a\n 2. b', '', ['a', 'b']],
    ['with Windows line ends', 'Sure?\r\n> 1. a\r\n  2. b\r\n', 'Sure?', ['a', 'b']],
    ['with colours', 'Sure?\n\u001b[36m❯ 1. a\u001b[0m\n  2. b', 'Sure?', ['a', 'b']],
    ['with blank lines between', 'Sure?\n\n❯ 1. a\n\n  2. b\n\n', 'Sure?', ['a', 'b']],
    ['with a question of two lines', 'Edit a.ts\nor not?\n❯ 1. a\n  2. b', 'Edit a.ts or not?', ['a', 'b']],
    ['in bars of ASCII', '+-------+\n| Sure? |\n| > 1. a |\n|   2. b |\n+-------+', 'Sure?', ['a', 'b']],
    ['of nine', ninth(9), '', Array.from({ length: 9 }, (_, index) => `option ${index + 1}`)],
    ['after a list', 'Steps:\n1. one\n2. two\n\nGo on?\n❯ 1. Yes\n  2. No', 'Go on?', ['Yes', 'No']],
    ['right after a list', '1. one\n2. two\n❯ 1. Yes\n  2. No', 'one two', ['Yes', 'No']],
  ])('is found: %s', (_, screen, text, labels) => {
    expect(labelsIn(screen)).toEqual(labels);
    expect(textIn(screen)).toBe(text);
  });

  it.each<[string, string]>([
    ['a list without a marker', 'Steps:\n1. Read the code\n2. Fix it\n3. Test it'],
    ['a quoted list', '> 1. Read the code\n> 2. Fix it'],
    ['one option', 'Sure?\n❯ 1. Yes'],
    ['ten options', ninth(10)],
    ['a gap', '❯ 1. a\n  3. c'],
    ['numbers from 2', '❯ 2. a\n  3. b'],
    ['numbers from 0', '❯ 0. a\n  1. b'],
    ['numbers that fall', '❯ 2. a\n  1. b'],
    ['a number twice', '❯ 1. a\n  1. b\n  2. c'],
    ['three lines below', '❯ 1. a\n  2. b\none\ntwo\nthree'],
    ['other words between', '❯ 1. a\nand then\n  2. b'],
    ['a marker on another line', '❯ Sure?\n  1. a\n  2. b'],
    ['numbers in words', '❯ 1.5 GB\n  2.5 GB'],
    ['options without words', '❯ 1.\n  2.'],
    ['letters', '❯ a. one\n  b. two'],
    ['a prompt below the list', 'Steps:\n1. one\n2. two\n\n> '],
    ['plain words', 'Done.'],
    ['nothing', ''],
    ['only a frame', '╭───╮\n│   │\n╰───╯'],
  ])('is not: %s', (_, screen) => {
    expect(labelsIn(screen)).toBeUndefined();
    expect(labelsIn(padded(screen))).toBeUndefined();
  });

  it('is answered by a message of the user', () => {
    const answer: Message = { id: 6, role: 'user', parts: textParts('1'), at: NOON };
    expect(menuQuestions([said(ASCII), answer])).toEqual([]);
    expect(menuQuestions([])).toEqual([]);
  });

  it('has the same id wherever its marker is, and another one after other words', () => {
    const idOf = (text: string, id?: number) => menuQuestions([said(text, id)])[0]?.id;
    const moved = ASCII.replace('> 1)', '  1)').replace('  2)', '> 2)');
    expect(idOf(moved)).toBe(idOf(ASCII));
    expect(idOf(padded(ASCII))).toBe(idOf(ASCII));
    expect(idOf(ASCII.replace('theme', 'colour'))).not.toBe(idOf(ASCII));
    expect(idOf(ASCII.replace('Dark', 'Grey'))).not.toBe(idOf(ASCII));
    expect(idOf(ASCII, 7)).not.toBe(idOf(ASCII));
  });

  it('takes no words, and is the same object while its message is', () => {
    const message = said(ASCII);
    expect(menuQuestions([message])[0]).toMatchObject({ kind: 'menu', takesText: false, index: 0, count: 1 });
    expect(menuQuestions([message])).toBe(menuQuestions([message]));
  });

  it('is found at the end of a long message', () => {
    expect(labelsIn(`${'word '.repeat(50_000)}\n${ASCII}`)).toHaveLength(3);
  });
});

function ninth(count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `${index === 3 ? '❯' : ' '} ${index + 1}. option ${index + 1}`,
  ).join('\n');
}
