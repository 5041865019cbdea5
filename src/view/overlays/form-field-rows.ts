import type { EditBuffer } from '../../domain/edit/buffer.ts';
import { withKeyNames } from '../../domain/key-placeholder.ts';
import { type FormField, isTextField, sortSignIns, type TextField } from '../../domain/new-task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { displayWidth, padEnd, sliceColumns, truncate } from '../../domain/text/width.ts';
import { wrap } from '../../domain/text/wrap.ts';
import { chosenModel } from '../../store/chat-form.ts';
import {
  chosenPreset,
  chosenTemplate,
  formFields,
  templateName,
  templateOptionsFor,
} from '../../store/form.ts';
import { signInWords } from '../../store/form-choices.ts';
import { fieldLabel, formKind } from '../../store/form-kind.ts';
import type { OpenForm } from '../../store/slices/new-task.ts';
import type { State } from '../../store/state.ts';
import type { Theme } from '../theme.ts';
import { chatValue, chatValueWords } from './form-chat-values.ts';
import { baseProblem, baseValue, branchHint, longReason, setUpWords } from './form-worktree-words.ts';

/** Columns for the focus mark, the label and a blank. */
const labelColumns = ({ deployment }: Pick<State, 'deployment'>): number => (deployment.local ? 12 : 11);

export interface Row {
  readonly text: string;
  /** The cursor's column, if it is in this row. */
  readonly cursor?: number;
}

/** The single-row fields with their errors, and the sign-ins. */
export function fieldRows(state: State, openForm: OpenForm, theme: Theme, width: number): readonly Row[] {
  const columns = labelColumns(state);
  const room = width - columns;
  const finding = openForm.choiceSearch.text;
  const field = (name: FormField, typed: EditBuffer, placeholder: string, value: string): readonly Row[] => {
    const hasKeys = openForm.field === name;
    const fault = state.newTaskForm.fieldErrors[name] ?? (name === 'base' ? baseProblem(state) : '');
    const text = hasKeys ? typedRow(typed, placeholder, room, theme) : { text: value };
    return [
      labelled(state, fieldLabel(state, name), text, hasKeys, theme),
      ...(fault === ''
        ? noteRows(state, name, hasKeys, theme, room)
        : errorLines(withKeyNames(fault, state.keyNames), room).map((words) => ({
            text: ' '.repeat(columns) + theme.bad(words),
          }))),
    ];
  };
  const rowsOf = (name: FormField): readonly Row[] =>
    isTextField(name)
      ? field(
          name,
          state.newTaskForm[name],
          placeholderOf(state, name, room),
          textValue(state, name, theme, room),
        )
      : field(name, finding, searchPlaceholder(state, name, room), fieldValue(state, name, theme, room));
  return [
    ...formFields(state)
      .filter((name) => name !== 'prompt')
      .flatMap(rowsOf),
    ...setUpRows(state, theme, room),
    ...signInRows(state, theme, room),
    ...agentSignInRows(state, theme, room),
  ];
}

/** The default of an empty field. */
function placeholderOf(state: State, field: TextField, room: number): string {
  switch (field) {
    case 'name':
      return 'chosen by the server';
    case 'base':
      return baseValue(state) || 'loading…';
    case 'branch':
      return branchHint(state);
    case 'directory': {
      const { directory, home } = state.deployment;
      return directory === undefined
        ? 'one of its own'
        : shortPath(directory, home, Math.max(MIN_PATH, room - 1));
    }
  }
}

/** Below a base that is being typed: its commit. Below `worktree`: a reason that the row has no room for. */
function noteRows(
  state: State,
  field: FormField,
  hasKeys: boolean,
  theme: Theme,
  room: number,
): readonly Row[] {
  const indented = (text: string): Row => ({ text: ' '.repeat(labelColumns(state)) + theme.dim(text) });
  if (field === 'worktree' && !hasKeys) {
    const reason = longReason(state, room);
    return reason === '' ? [] : errorLines(reason, room).map(indented);
  }
  if (field !== 'base' || !hasKeys || state.newTaskForm.base.text.trim() === '') return [];
  return [indented(truncate(baseValue(state) || 'looking it up…', room))];
}

/** The command that prepares the worktree of the new chat. */
function setUpRows(state: State, theme: Theme, room: number): readonly Row[] {
  const words = setUpWords(state);
  return words === ''
    ? []
    : [labelled(state, 'set-up', { text: theme.dim(truncate(words, room)) }, false, theme)];
}

/** Minimum columns of a shortened path. */
const MIN_PATH = 12;

function searchPlaceholder(state: State, field: FormField, room: number): string {
  const hint = 'type to find';
  const chosen = valueWords(state, field, room - displayWidth(` · ${hint} `));
  return chosen === null ? hint : `${chosen} · ${hint}`;
}

/** A row with the label of its field. */
export function labelled(
  state: Pick<State, 'deployment'>,
  label: string,
  { text, cursor }: Row,
  hasKeys: boolean,
  theme: Theme,
): Row {
  const columns = labelColumns(state);
  const words = padEnd(label, columns - 1);
  return {
    text: `${hasKeys ? theme.accent(theme.glyphs.pointer + words) : theme.dim(` ${words}`)}${text}`,
    ...(cursor !== undefined && { cursor: columns + cursor }),
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

/** The chosen value, or why there is none. */
function fieldValue(state: State, field: FormField, theme: Theme, room: number): string {
  const words = valueWords(state, field, room);
  switch (field) {
    case 'template':
      return templateValue(state, words, theme, room);
    case 'preset':
      return presetValue(state, words, theme, room);
    default:
      return chatValue(state, field, words, theme, room);
  }
}

/** The chosen value in words; null while none is. */
function valueWords(state: State, field: FormField, room: number): string | null {
  switch (field) {
    case 'template': {
      if (formKind(state) === 'chat') return state.deployment.local ? 'Agent' : 'Coder Agents';
      const template = chosenTemplate(state);
      return template === null ? null : templateName(template);
    }
    case 'preset': {
      const preset = chosenPreset(state);
      if (preset === undefined) return null;
      return preset === null ? 'none' : `${sanitiseLine(preset.name)}${preset.isDefault ? ' (default)' : ''}`;
    }
    default:
      return chatValueWords(state, field, room);
  }
}

function templateValue({ templates }: State, words: string | null, theme: Theme, room: number): string {
  if (words !== null) return truncate(words, room);
  if (templates === null) return theme.dim('loading…');
  if (templates.length === 0) return theme.attention('none on this server');
  return theme.attention(truncate('not chosen', room));
}

function presetValue(state: State, words: string | null, theme: Theme, room: number): string {
  const template = chosenTemplate(state);
  const options = templateOptionsFor(state, template);
  if (options?.presets?.length === 0) return theme.dim(truncate('none in this template', room));
  if (words !== null) return truncate(words, room);
  if (template === null) return theme.dim('–');
  return options === null
    ? theme.dim('loading…')
    : theme.bad(truncate(sanitiseLine(options.presetsError ?? ''), room));
}

function textValue(state: State, field: TextField, theme: Theme, room: number): string {
  const { text } = state.newTaskForm[field];
  const base = field === 'base' ? baseValue(state) : '';
  if (base !== '') return truncate(base, room);
  return text === '' ? theme.dim(truncate(placeholderOf(state, field, room), room)) : truncate(text, room);
}

/** How to sign in to the chosen agent, when its last turn failed without. */
function agentSignInRows(state: State, theme: Theme, room: number): readonly Row[] {
  const signIn = formKind(state) === 'chat' ? chosenModel(state)?.model.signIn : undefined;
  if (signIn === undefined) return [];
  return wrap(signInWords(signIn), Math.max(1, room)).map((line, index) =>
    labelled(state, index === 0 ? 'sign in' : '', { text: theme.attention(line) }, false, theme),
  );
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
    const first = labelled(state, index === 0 ? 'sign in' : '', { text: style(line) }, false, theme);
    if (done) return [first];
    return [
      first,
      ...wrap(sanitiseLine(url), Math.max(1, room)).map((part) => ({
        text: ' '.repeat(labelColumns(state)) + theme.accent(part),
      })),
    ];
  });
}
