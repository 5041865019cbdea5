import type { EditBuffer } from '../../domain/edit/buffer.ts';
import { layoutText, scrollWindow } from '../../domain/edit/layout.ts';
import { withKeyNames } from '../../domain/key-placeholder.ts';
import { type FormField, sortSignIns } from '../../domain/new-task.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { displayWidth, padEnd, sliceColumns, truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import {
  chosenPreset,
  chosenTemplate,
  type FormChoice,
  fixedPrompt,
  formChoices,
  highlightedChoice,
  promptHint,
  templateName,
  templateOptionsFor,
} from '../../store/form.ts';
import { activePromptSearch, visibleDraft } from '../../store/prompt-history-search.ts';
import type { OpenForm } from '../../store/slices/new-task.ts';
import type { State } from '../../store/state.ts';
import { promptSearchCursor, promptSearchLine, promptSearchWords } from '../bars/prompt-search-line.ts';
import { scrollIntoView } from '../rows/scroll-into-view.ts';
import type { Theme } from '../theme.ts';

/** The scroll positions of the last frame. */
export interface FormScroll {
  readonly prompt: number;
  readonly list: number;
}

/** The rows of the form. The cursor is relative to them; null while a question is open. */
export interface FormView {
  readonly lines: readonly string[];
  readonly status: readonly string[];
  readonly cursor: { readonly x: number; readonly y: number } | null;
  readonly tops: FormScroll;
}

/** Columns for the focus mark and the label. */
const LABEL_COLUMNS = 11;
/** The minimum of rows for the prompt or the choices. */
const MIN_MAIN_ROWS = 3;
/** From this height on a blank row separates fields and prompt. */
const MIN_ROWS_FOR_GAP = 11;
/** Rows for the description of the highlighted choice. */
const ABOUT_ROWS = 3;

interface Row {
  readonly text: string;
  /** The cursor's column, if it is in this row. */
  readonly cursor?: number;
}

export function formView(
  state: State,
  theme: Theme,
  width: number,
  height: number,
  tops: FormScroll,
): FormView {
  const { openForm } = state.view;
  if (openForm === null) return { lines: [], status: [], cursor: null, tops };
  const all = fieldRows(state, openForm, theme, width);
  const head = all.slice(0, Math.max(1, height - MIN_MAIN_ROWS));
  const gap: readonly Row[] = height >= MIN_ROWS_FOR_GAP ? [{ text: '' }] : [];
  const room = Math.max(1, height - head.length - gap.length);
  const main =
    openForm.field === 'template' || openForm.field === 'preset'
      ? listRows(state, theme, width, room, tops)
      : promptRows(state, openForm, theme, width, room, tops);
  const rows = [...head, ...gap, ...main.rows];
  const y = rows.findIndex(({ cursor }) => cursor !== undefined);
  const x = rows[y]?.cursor;
  return {
    lines: rows.map(({ text }) => text),
    status: main.status,
    cursor: x === undefined || state.view.overlay !== null ? null : { x, y },
    tops: main.tops,
  };
}

/** The single-row fields with their errors, and the sign-ins. */
function fieldRows(state: State, openForm: OpenForm, theme: Theme, width: number): readonly Row[] {
  const room = width - LABEL_COLUMNS;
  const finding = openForm.choiceSearch.text;
  const field = (name: FormField, typed: EditBuffer, placeholder: string, value: string): readonly Row[] => {
    const hasKeys = openForm.field === name;
    const fault = state.newTaskForm.fieldErrors[name];
    const text = hasKeys ? typedRow(typed, placeholder, room, theme) : { text: value };
    return [
      labelled(name, text, hasKeys, theme),
      ...(fault === undefined
        ? []
        : errorLines(withKeyNames(fault, state.keyNames), room).map((words) => ({
            text: ' '.repeat(LABEL_COLUMNS) + theme.bad(words),
          }))),
    ];
  };
  return [
    ...field('template', finding, searchPlaceholder(templateWords(state)), templateValue(state, theme, room)),
    ...field('preset', finding, searchPlaceholder(presetWords(state)), presetValue(state, theme, room)),
    ...field('name', state.newTaskForm.name, NAME_PLACEHOLDER, nameValue(state, theme, room)),
    ...signInRows(state, theme, room),
  ];
}

const NAME_PLACEHOLDER = 'chosen by the server';

const searchPlaceholder = (chosen: string | null): string =>
  chosen === null ? 'type to find' : `${chosen} · type to find`;

function labelled(label: string, { text, cursor }: Row, hasKeys: boolean, theme: Theme): Row {
  const words = padEnd(label, LABEL_COLUMNS - 1);
  return {
    text: `${hasKeys ? theme.accent(theme.glyphs.pointer + words) : theme.dim(` ${words}`)}${text}`,
    ...(cursor !== undefined && { cursor: LABEL_COLUMNS + cursor }),
  };
}

/** The text of a single-row field, scrolled to the cursor. */
function typedRow({ text, cursor }: EditBuffer, placeholder: string, room: number, theme: Theme): Row {
  if (text === '') return { text: theme.dim(truncate(placeholder, room - 1)), cursor: 0 };
  const column = displayWidth(text.slice(0, cursor));
  const hidden = Math.max(0, column - room + 1);
  return { text: sliceColumns(text, hidden, hidden + room), cursor: column - hidden };
}

/** The maximum of rows for the error of a field. */
const MAX_ERROR_ROWS = 4;

const errorLines = (untrusted: string, room: number): readonly string[] =>
  wrap(sanitiseLine(untrusted), Math.max(1, room)).slice(0, MAX_ERROR_ROWS);

function templateWords(state: State): string | null {
  const template = chosenTemplate(state);
  return template === null ? null : templateName(template);
}

function templateValue(state: State, theme: Theme, room: number): string {
  const words = templateWords(state);
  if (words !== null) return truncate(words, room);
  if (state.templates === null) return theme.dim('loading…');
  if (state.templates.length === 0) return theme.attention('none on this server');
  return theme.attention(truncate('not chosen', room));
}

function presetWords(state: State): string | null {
  const preset = chosenPreset(state);
  if (preset === undefined) return null;
  return preset === null ? 'none' : `${sanitiseLine(preset.name)}${preset.isDefault ? ' (default)' : ''}`;
}

function presetValue(state: State, theme: Theme, room: number): string {
  const template = chosenTemplate(state);
  const options = templateOptionsFor(state, template);
  if (options?.presets?.length === 0) return theme.dim(truncate('none in this template', room));
  const words = presetWords(state);
  if (words !== null) return truncate(words, room);
  if (template === null) return theme.dim('–');
  return options === null
    ? theme.dim('loading…')
    : theme.bad(truncate(sanitiseLine(options.presetsError ?? ''), room));
}

function nameValue({ newTaskForm }: State, theme: Theme, room: number): string {
  return newTaskForm.name.text === ''
    ? theme.dim(truncate(NAME_PLACEHOLDER, room))
    : truncate(newTaskForm.name.text, room);
}

/** Sign-in URLs are never truncated: the user copies or clicks them. */
function signInRows(state: State, theme: Theme, room: number): readonly Row[] {
  const signIns = sortSignIns(templateOptionsFor(state, chosenTemplate(state))?.signIns ?? []);
  return signIns.flatMap(({ name, id, url, done, required }, index): Row[] => {
    const { complete, failed } = theme.glyphs.phase;
    const who = sanitiseLine(name || id);
    const words = done ? 'signed in' : required ? 'not signed in' : 'not signed in, and not required';
    const line = truncate(`${done ? complete : required ? failed : '-'} ${who}: ${words}`, room);
    const style = done ? theme.dim : required ? theme.bad : theme.attention;
    const first = labelled(index === 0 ? 'sign in' : '', { text: style(line) }, false, theme);
    if (done) return [first];
    return [
      first,
      ...wrap(sanitiseLine(url), Math.max(1, room)).map((part) => ({
        text: ' '.repeat(LABEL_COLUMNS) + theme.accent(part),
      })),
    ];
  });
}

interface MainArea {
  readonly rows: readonly Row[];
  readonly status: readonly string[];
  readonly tops: FormScroll;
}

/** The choices, with the highlighted one visible. */
function listRows(state: State, theme: Theme, width: number, room: number, tops: FormScroll): MainArea {
  const among = formChoices(state);
  const index = highlightedChoice(state, among);
  const height = room > ABOUT_ROWS + MIN_MAIN_ROWS ? room - ABOUT_ROWS - 1 : room;
  const top = scrollIntoView(tops.list, index, height, among.length);
  const rows = among
    .slice(top, top + height)
    .map(({ label }, place): Row => ({ text: choiceLine(label, top + place === index, width, theme) }));
  const note = among.length === 0 ? noChoicesText(state) : '';
  const about = height < room ? aboutLines(among[index], width) : [];
  const blanks = Array.from({ length: Math.max(0, height + 1 - rows.length) }, (): Row => ({ text: '' }));
  return {
    rows: [
      ...(note === '' ? rows : [{ text: `  ${theme.dim(truncate(note, width - 2))}` }]),
      ...(about.length === 0
        ? []
        : [...blanks.slice(note === '' ? 0 : 1), ...about.map((text) => ({ text: `  ${theme.dim(text)}` }))]),
    ],
    status: among.length > height ? [`${index + 1} of ${among.length}`] : [],
    tops: { ...tops, list: top },
  };
}

const choiceLine = (label: string, isPointed: boolean, width: number, theme: Theme): string => {
  const words = truncate(label, width - 4);
  return isPointed ? theme.selected(`${theme.glyphs.pointer} ${words} `) : `  ${words}`;
};

function noChoicesText(state: State): string {
  const { openForm } = state.view;
  if (openForm?.choiceSearch.text.text !== '') return 'No match.';
  if (openForm.field === 'preset')
    return chosenTemplate(state) === null ? 'Choose a template first.' : 'Loading…';
  return state.templates === null ? 'Loading…' : 'This server has no task templates.';
}

const aboutLines = (choice: FormChoice | undefined, width: number): readonly string[] =>
  choice === undefined || choice.about === ''
    ? []
    : wrap(choice.about, Math.max(1, width - 4)).slice(0, ABOUT_ROWS);

/** The prompt as far as it fits. The prompt of a preset is read-only. */
function promptRows(
  state: State,
  openForm: OpenForm,
  theme: Theme,
  width: number,
  room: number,
  tops: FormScroll,
): MainArea {
  const hasKeys = openForm.field === 'prompt';
  const columns = width - 2;
  const label = labelled('prompt', { text: '' }, hasKeys, theme);
  const isLabelled = room > MIN_MAIN_ROWS;
  const before = isLabelled ? [label] : [];
  const fixed = fixedPrompt(state);
  const main = (rows: readonly Row[], prompt = 0): MainArea => ({
    rows: [...before, ...rows],
    status: [],
    tops: { ...tops, prompt },
  });
  if (fixed !== null) {
    const texts = wrap(sanitise(fixed), columns).slice(0, Math.max(1, room - before.length - 1));
    return main([
      {
        text: ` ${theme.attention(truncate('This preset has its own prompt:', columns))}`,
        ...(hasKeys && { cursor: 1 }),
      },
      ...texts.map((text) => ({ text: ` ${theme.dim(text)}` })),
    ]);
  }
  const search = hasKeys ? activePromptSearch(state) : null;
  const searchRows: readonly Row[] =
    search === null
      ? []
      : [
          {
            text: promptSearchLine(search, width, theme),
            cursor: promptSearchCursor(promptSearchWords(search, width)),
          },
        ];
  const buffer = visibleDraft(state);
  if (buffer.text === '' && search === null) {
    return main([
      {
        text: ` ${theme.dim(truncate(promptHint(state), columns))}`,
        ...(hasKeys && { cursor: 1 }),
      },
    ]);
  }
  const height = Math.max(1, room - before.length - searchRows.length);
  const visible = scrollWindow(layoutText(buffer, columns), height, tops.prompt);
  const rows = visible.rows.map(
    ({ text }, index): Row => ({
      text: ` ${hasKeys ? text : theme.dim(text)}`,
      ...(hasKeys && search === null && index === visible.cursorRow && { cursor: 1 + visible.cursorColumn }),
    }),
  );
  return main([...searchRows, ...rows], visible.top);
}
