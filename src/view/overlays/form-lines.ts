import { layoutText, scrollWindow } from '../../domain/edit/layout.ts';
import { sanitise, sanitiseLine } from '../../domain/text/sanitise.ts';
import { truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { modelsFor } from '../../store/chat-form.ts';
import type { FormChoice } from '../../store/fixed-choices.ts';
import { chosenTemplate, fixedPrompt, promptHint } from '../../store/form.ts';
import { formChoices, hasChoices, highlightedChoice } from '../../store/form-choices.ts';
import { activePromptSearch, visibleDraft } from '../../store/prompt-history-search.ts';
import type { OpenForm } from '../../store/slices/new-task.ts';
import type { State } from '../../store/state.ts';
import { attachmentsLine } from '../bars/prompt-lines.ts';
import { promptSearchCursor, promptSearchLine, promptSearchWords } from '../bars/prompt-search-line.ts';
import { scrollIntoView } from '../rows/scroll-into-view.ts';
import type { Theme } from '../theme.ts';
import { fieldRows, labelled, type Row } from './form-field-rows.ts';

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

/** The minimum of rows for the prompt or the choices. */
const MIN_MAIN_ROWS = 3;
/** From this height on a blank row separates fields and prompt. */
const MIN_ROWS_FOR_GAP = 11;
/** Rows for the description of the highlighted choice. */
const ABOUT_ROWS = 3;

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
  const main = hasChoices(openForm.field)
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
    .map((choice, place): Row => ({ text: choiceLine(choice, top + place === index, width, theme) }));
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

function choiceLine(choice: FormChoice, isPointed: boolean, width: number, theme: Theme): string {
  const { label, unavailable } = choice;
  const words = truncate(unavailable === undefined ? label : `${label}: ${unavailable}`, width - 4);
  if (isPointed) return theme.selected(`${theme.glyphs.pointer} ${words} `);
  return `  ${unavailable === undefined ? words : theme.dim(words)}`;
}

function noChoicesText(state: State): string {
  const { openForm } = state.view;
  if (openForm === null || openForm.choiceSearch.text.text !== '') return 'No match.';
  switch (openForm.field) {
    case 'preset':
      return chosenTemplate(state) === null ? 'Choose a template first.' : 'Loading…';
    case 'template':
      return state.templates === null ? 'Loading…' : 'This server has no task templates.';
    case 'model': {
      const models = modelsFor(state);
      if (models.value !== null)
        return state.deployment.local
          ? 'No agent is installed.'
          : 'The server lists no models and chooses one itself.';
      return sanitiseLine(models.error ?? 'Loading…');
    }
    default:
      return sanitiseLine(state.organizations.error ?? 'Loading…');
  }
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
  const label = labelled(state, 'prompt', { text: '' }, hasKeys, theme);
  const isLabelled = room > MIN_MAIN_ROWS;
  const files = attachmentsLine(state, theme, columns);
  const before: readonly Row[] = [
    ...(isLabelled ? [label] : []),
    ...(files === null ? [] : [{ text: files }]),
  ];
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
