import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');

const filesOf = (...patterns: readonly string[]): readonly string[] =>
  globSync(patterns, { cwd: ROOT })
    .map((file) => file.replaceAll(path.sep, '/'))
    // The one explains the words, the other lists them.
    .filter((file) => file !== 'docs/glossary.md' && file !== 'test/structure/words.test.ts')
    .sort();

const FILES = filesOf(
  'src/**/*.{ts,tsx}',
  'bin/*.js',
  'scripts/**/*.mjs',
  'test/support/**/*.ts',
  '{README,CONTRIBUTING,CHANGELOG}.md',
  'docs/**/*.md',
);

const TITLE = /(?:\b(?:it|test|describe)\b[^'"`]*|\)|^\s*)\(\s*(['"`])(.*)\1,/u;

/** The titles of tests. Other lines are empty. */
const titlesOf = (code: string): string =>
  code
    .split('\n')
    .map((line) => TITLE.exec(line)?.[2] ?? '')
    .join('\n');

interface Rule {
  /** Matches code in which camel case is split into words. */
  readonly pattern: RegExp;
  readonly instead: string;
}

/** Words and constructions that docs/glossary.md advises against. */
const RULES: Readonly<Record<string, Rule>> = {
  told: { pattern: /\b(?:un)?told\b|\btells\b/giu, instead: 'reported, returned, shown; reports, shows' },
  anew: { pattern: /\banew\b/giu, instead: 'again' },
  nobody: { pattern: /\b(?:nobody|somebody)\b/giu, instead: 'the acting subject, such as the user' },
  whoever: { pattern: /\b(?:whoever|whomever|whatever|whichever)\b/giu, instead: 'the caller, every, any' },
  shall: { pattern: /\bshall\b/giu, instead: 'must, will' },
  'so many': { pattern: /\bso (?:many|much)\b(?! that\b)/giu, instead: 'this many, this much' },
  'is to': { pattern: /\b(?:is|are|was|were) to\b/giu, instead: 'must' },
  'what is more': { pattern: /\bwhat is more\b/giu, instead: 'also' },
  'take back': {
    pattern: /\b(?:take|takes|taken|took) (?:(?:it|them|this|that) )?back\b/giu,
    instead: 'undo, cancel, restore',
  },
  'given up': { pattern: /\bgiven up\b/giu, instead: 'cancelled, timed out' },
  'came of': { pattern: /\b(?:unasked|(?:came|comes|became|becomes) of)\b/giu, instead: 'the result of' },
  'is said': { pattern: /\b(?:is|are|was|were) said\b/giu, instead: 'says, shows, prints' },
  'but for': { pattern: /\b(?:but for|as ever|for ever)\b/giu, instead: 'except, as before, without an end' },
  metaphor: {
    pattern: /\b(?:manners|desks?|judges?|judged|keepers?|pulse|rooms|heard)\b/giu,
    instead: 'the term of docs/glossary.md',
  },
  lane: { pattern: /\blanes?\b/giu, instead: 'queue; a lane is a group of tests' },
  'what as subject': {
    pattern:
      /(?:\/\/|\/\*\*?|^[ \t]*[*-]|[.:;] ) *(?:What|Who|Whom|Whose|(?:Of|In|To) (?:what|which|whom)|Where (?:no|nothing))\b(?!.*\?)/gmu,
    instead: 'a sentence that starts with the acting subject, a noun or a verb',
  },
};

type Rules = keyof typeof RULES;

/** The number of matches that a file may have. */
const ALLOWED: Readonly<Record<string, Readonly<Partial<Record<Rules, number>>>>> = {
  // Quotes an old word.
  'CHANGELOG.md': { 'take back': 1 },
  // The lanes of the tests.
  'CONTRIBUTING.md': { lane: 2 },
};

interface Match {
  readonly rule: Rules;
  readonly line: number;
  readonly text: string;
}

function matchesIn(code: string): readonly Match[] {
  const words = code.replaceAll(/(?<=[a-z\d])(?=[A-Z])|_/gu, ' ');
  return Object.entries(RULES).flatMap(([rule, { pattern }]) =>
    Array.from(words.matchAll(pattern), ({ 0: text, index }) => ({
      rule,
      line: words.slice(0, index).split('\n').length,
      text,
    })),
  );
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const found = new Map([
  ...filesOf('test/**/*.test.{ts,tsx}').map((file) => [file, matchesIn(titlesOf(read(file)))] as const),
  ...FILES.map((file) => [file, matchesIn(read(file))] as const),
]);
const countOf = (file: string, rule: string): number =>
  found.get(file)?.filter((match) => match.rule === rule).length ?? 0;

it('sources, texts, docs and test titles avoid the words of the glossary', () => {
  const faults = [...found].flatMap(([file, matches]) =>
    matches
      .filter(({ rule }) => countOf(file, rule) > (ALLOWED[file]?.[rule] ?? 0))
      .map(({ rule, line, text }) => `${file}:${line}: "${text.trim()}". Instead: ${RULES[rule]?.instead}`),
  );
  expect(faults).toEqual([]);
});

it('every allowed match exists', () => {
  const stale = Object.entries(ALLOWED).flatMap(([file, rules]) =>
    Object.entries(rules)
      .filter(([rule, count]) => countOf(file, rule) < (count ?? 0))
      .map(([rule, count]) => `${file}: ${countOf(file, rule)} of ${count} "${rule}"`),
  );
  expect(stale).toEqual([]);
});

it.each([
  'a status that is told',
  'const untoldIds = 1;',
  'const toldIds = 1;',
  'Nobody has answered',
  'asked anew',
  'so many rows',
  'the message is to be sent',
  'U takes it back',
  '/** What the server returned. */',
  ' * Of what was sent',
  'call(); // Who is signed in',
  'It waits. What is lost is sent again.',
])('the rules find: %s', (line) => {
  expect(matchesIn(line)).toHaveLength(1);
});

it.each([
  'taskdeck',
  'take the backend',
  '// Shows what the server returned',
  '## What changes for users',
  'Asks a question: Whose tasks?',
  'so many that none fits',
])('the rules allow: %s', (line) => {
  expect(matchesIn(line)).toEqual([]);
});
