import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { KeyContext } from '../../src/commands/command.ts';
import { commands, keyNames } from '../../src/commands/command-registry.ts';
import { EDITING } from '../../src/commands/help-sections.ts';
import { keyBindingErrors } from '../../src/commands/keymap.ts';
import { keyFor, withKeyNames } from '../../src/domain/key-placeholder.ts';
import { displayWidth } from '../../src/domain/text/width.ts';
import type { CustomKeys } from '../../src/store/slices/connection.ts';
import type { State } from '../../src/store/state.ts';
import { noticeLines } from '../../src/view/layout/screen-layout.ts';
import { emptyLines, problemLines } from '../../src/view/list/problem-lines.ts';
import { questionOf } from '../../src/view/questions/question.ts';
import { applyEvents, emptyState, listReceived } from '../store/state-builders.ts';
import { stringLiteralsIn } from '../support/string-literals.ts';
import { renderApp } from '../ui/rendered-app.tsx';
import { SCENES } from '../ui/scenes.ts';
import { footerOf, helpRowsOf } from '../view/command-lines.ts';
import { plain } from '../view/themes.ts';
import { appFixture } from './app-fixture.ts';
import { taskIn } from './phase-builders.ts';

const SOURCES = path.join(import.meta.dirname, '../../src');

/** Folders with texts of the screen; scripts, the local server and the config file name no keys. */
const FOLDERS = ['commands', 'domain', 'store', 'sync', 'terminal', 'ui', 'storage'];

/** A key name within a text: a single letter, a key with a modifier, or a named key. */
const KEY =
  /(?<![\p{L}\p{N}<["'“’`/.(*\\-])(?:(?:(?<!…)[b-hj-zB-HJ-Z](?=[ ,;:.!?])(?!\.\p{L})|(?:ctrl|alt|shift)\+\S|esc\b(?! comes| is))|(?:[Pp]ress|with|by) (?:enter|tab|space|up|down)\b|[Ee]nter (?:\w+s)\b)/u;

/** Texts that name keys which cannot be changed, or list key names. */
const FIXED: readonly string[] = [
  ...EDITING.flat(),
  '"…" is not a key name. Examples: p, P, space, ctrl+k, alt+left, shift+tab',
  'y also …s the … now.',
];

/** Keys of fields and pickers, and the ones that step through the prompt history, cannot be changed. */
const IN_A_FIELD = /enter (?:keeps|saves|chooses)\b.*, escape goes back\.$|press up in (?:the|a) prompt\./iu;

const sources = FOLDERS.flatMap((folder) =>
  (readdirSync(path.join(SOURCES, folder), { recursive: true, encoding: 'utf8' }) as readonly string[])
    .filter((file) => /\.tsx?$/u.test(file))
    .map((file) => path.join(SOURCES, folder, file)),
);

const isSentence = (text: string): boolean =>
  /(?:^| )[A-Za-z]{3,}(?:[ ,.:;]|$)/u.test(text) && text.includes(' ');

it('no text names a key that can be changed: it uses keyFor', () => {
  const named = sources.flatMap((file) =>
    stringLiteralsIn(readFileSync(file, 'utf8'))
      .filter((text) => isSentence(text) && !/^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE)\b/u.test(text))
      .filter((text) => KEY.test(text) && !FIXED.includes(text) && !IN_A_FIELD.test(text))
      .map((text) => `${path.relative(SOURCES, file)}: ${text}`),
  );
  expect(named).toEqual([]);
});

it('the check finds such a key', () => {
  const hole = (code: string): string => `$\{${code}}`;
  const source = `const a = 'r starts it again'; // q quits\nconst b = \`${hole('x')} is there: ${hole("y('Q asks')")} ctrl+l tries\`;`;
  expect(stringLiteralsIn(source).filter((text) => KEY.test(text))).toEqual([
    'r starts it again',
    'Q asks',
    '… is there: … ctrl+l tries',
  ]);
});

it('every command id in keyFor exists', () => {
  const ids = new Set(commands.map(({ id }) => id));
  const named = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/keyFor\('([^']*)'\)/gu)].map(([, id]) => id ?? ''),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});

/** A new key for every command, none of the default keys. */
const OTHERS = [
  ...'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþßāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷźżžαβγδεζηθικλμνξοπρστυφχψωաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰᎠᎡᎢᎣᎤᎥᎦᎧᎨᎩᎪᎫᎬᎭᎮᎯᎰᎱᎲᎳᎴᎵᎶᎷᎸᎹᎺᎻᎼᎽᎾᎿ',
];
/** Contexts where a letter is text. */
const WRITING: ReadonlySet<KeyContext> = new Set([
  'prompt',
  'form',
  'field',
  'filter',
  'rename',
  'attach',
  'anywhere',
]);
const changed: CustomKeys = Object.fromEntries(
  commands.map(({ id, keyContext }, index) => {
    const key = OTHERS[index] ?? '';
    return [id, [WRITING.has(keyContext) ? `alt+${key}` : key]];
  }),
);

const remapped = (state: State, keys = changed): State => ({
  ...state,
  customKeys: keys,
  keyNames: keyNames(keys),
});

/** Matches a key as a word: `q`, `ctrl+l`, `esc`. */
const word = (key: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}+“’'])${key.replaceAll(/[.*+?^${}()|[\]\\]/gu, '\\$&')} \\p{Ll}`, 'u');

/** The keys that answer a question cannot be changed. */
const withoutAnswers = (text: string, state: State): string =>
  (questionOf(state)?.answers ?? []).reduce(
    (rest, [key, words]) => rest.replaceAll(`${key} ${words}`, ''),
    text,
  );

describe('with another key for every command', () => {
  it('the keys are valid settings', () => {
    expect(OTHERS.length).toBeGreaterThanOrEqual(commands.length);
    expect(keyBindingErrors(changed)).toEqual([]);
  });

  const old = commands
    .filter(
      ({ keyContext }) => keyContext === 'panes' || keyContext === 'anywhere' || keyContext === 'transcript',
    )
    .flatMap(({ keys }) => keys)
    // These keys are also English words.
    .filter((key) => /^(?:ctrl\+)?[b-zB-Z?]$/u.test(key));

  it.each(Object.keys(SCENES))('footer, notices and help of “%s” show the new keys', (name) => {
    const state = remapped(SCENES[name]?.({ columns: 120, rows: 40 }) ?? expect.fail());
    const said = [
      stripVTControlCharacters(footerOf(state)),
      ...problemLines(state, plain, 100, 30),
      ...emptyLines(state, plain, 100),
      ...helpRowsOf(state, 110).map((row) => (row.kind === 'entry' ? row.reason : '')),
    ].join('\n');
    for (const key of old) expect(withoutAnswers(said, state)).not.toMatch(word(key));
    expect(said).not.toMatch(/[\ufdd0\ufdd1]/u);
    expect(
      noticeLines(state)
        .map(({ text }) => text)
        .join('\n'),
    ).not.toMatch(/[\ufdd0\ufdd1]/u);
  });

  it.each(Object.keys(SCENES))('the whole screen of “%s” shows the new keys', (name) => {
    const state = SCENES[name]?.({ columns: 100, rows: 30 }) ?? expect.fail();
    const shown = renderApp(remapped(state)).text();
    expect(shown).not.toMatch(/[\ufdd0\ufdd1]/u);
    for (const key of ['r', 'q', 'Q', 'n', 'ctrl\\+l'])
      expect(withoutAnswers(shown, state)).not.toMatch(word(key));
  });

  it('an empty list, a task in error and a rejected paste show the new keys', () => {
    const keys = { new: ['ctrl+n'], resume: ['R'], quit: ['X'], 'leave-prompt': ['ctrl+g'], answer: ['H'] };
    const empty = remapped(applyEvents(emptyState(), listReceived([])), keys);
    expect(emptyLines(empty, plain, 60).join('\n')).toContain('Press ctrl+n to start one.');
    expect(renderApp(empty).text()).toContain('ctrl+n: start a new task');
    const app = appFixture(remapped(applyEvents(emptyState(), listReceived([taskIn('error', 'a')])), keys));
    app.paste('two\nlines');
    expect(app.notice()).toBe(
      'Open the prompt to paste: press H to write to the task, or ctrl+n for a new task.',
    );
    app.press('H');
    app.type('go on');
    app.press('enter');
    expect(app.notice()).toContain('Go back with ctrl+g and restart it with R');
  });
});

describe('a command without a key', () => {
  it('is named as the palette finds it', () => {
    const names = keyNames({ new: [], send: [] });
    expect(withKeyNames(`Press ${keyFor('new')} to start one.`, names)).toBe('Press :new to start one.');
    expect(names.send).toBe('“send”');
    expect(keyNames({ new: [], palette: ['ctrl+p'] }).new).toBe('ctrl+p new');
    expect(keyNames({ new: [], palette: [] }).new).toBe('“new”');
    expect(withKeyNames(`See ${keyFor('nothing')}.`, {})).toBe('See “nothing”.');
  });
});

describe('the footer', () => {
  const LONG = Object.fromEntries(
    commands
      .filter(({ keyContext }) => keyContext === 'panes' || keyContext === 'list')
      .map(({ id }, index) => [id, [`ctrl+alt+shift+${['left', 'right', 'home'][index % 3]}`]]),
  );

  it.each([60, 80, 120, 200])(
    'fits %i columns with keys of any length, and with CJK around it',
    (columns) => {
      for (const scene of Object.values(SCENES)) {
        const state = scene({ columns, rows: 24 });
        for (const keys of [{}, changed, LONG, { help: ['助'], quit: ['終'], answer: ['答'] }])
          expect(displayWidth(footerOf(remapped(state, keys)))).toBeLessThanOrEqual(columns);
      }
    },
  );

  it('shows the first key of each command, and arrows for movement', () => {
    const state = applyEvents(emptyState(), listReceived([taskIn('idle', 'a'), taskIn('idle', 'b')]));
    const footer = (keys: CustomKeys): string =>
      stripVTControlCharacters(footerOf(remapped(state, keys))).trim();
    expect(footer({ down: ['ctrl+n'], up: ['ctrl+p'], pause: ['ctrl+s'], quit: [] })).toMatch(
      /^ctrl\+p ctrl\+n move {2}⏎ write {2}ctrl\+s pause .*\? help$/u,
    );
    expect(footer({ down: ['j', 'down'] })).toMatch(/^↑↓ move/u);
  });
});
