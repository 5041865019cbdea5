import type { EditBuffer } from '../../domain/edit/buffer.ts';
import { keyFor } from '../../domain/key-hint.ts';
import { missingSignIns } from '../../domain/new-task.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import {
  choices,
  chosenPreset,
  chosenTemplate,
  fixedPrompt,
  offerFor,
  pointedChoice,
  promptHint,
  templateName,
  whereWords,
} from '../../store/form.ts';
import { written } from '../../store/prompt-search.ts';
import type { State } from '../../store/state.ts';

/** Lines are wrapped where they are written. */
const WIDE = 1_000;

/** The line that is written in the form of a new task. */
export function formLine(state: State): { readonly label: string; readonly buffer: EditBuffer } | null {
  const { composing } = state.view;
  switch (composing?.field) {
    case 'prompt':
      return { label: 'new task>', buffer: written(state) };
    case 'name':
      return { label: 'name>', buffer: state.form.name };
    case undefined:
      return null;
    default:
      return { label: `${composing?.field ?? ''}>`, buffer: composing?.finding.text ?? state.form.name };
  }
}

/** The field of the form that has the keys, with what is wrong with it. */
export function formWords(state: State): readonly string[] {
  const { composing } = state.view;
  if (composing === null) return [];
  const { field } = composing;
  const fault = state.form.faults[field];
  return [...(fault === undefined ? [] : [sanitiseLine(fault)]), ...fieldWords(state, field)];
}

function fieldWords(state: State, field: 'template' | 'preset' | 'name' | 'prompt'): readonly string[] {
  const on = `${keyFor('next-field')} goes to the next field.`;
  switch (field) {
    case 'name':
      return [`Name of the new task: without one the server makes one up. ${on}`];
    case 'prompt':
      return promptWords(state);
    default: {
      const what = field === 'template' ? 'Template' : 'Preset';
      return [
        `${what} of the new task: ${choiceWords(state)} Type to find, ${keyFor('take-choice')} takes it. ${on}`,
      ];
    }
  }
}

function promptWords(state: State): readonly string[] {
  const template = chosenTemplate(state);
  const preset = chosenPreset(state);
  const from = template === null ? '' : ` from ${templateName(template)}`;
  const as = preset == null ? '' : `, preset ${sanitiseLine(preset.name)}`;
  const fixed = fixedPrompt(state);
  const missing = missingSignIns(offerFor(state, template)?.signIns ?? []);
  return [
    ...missing.map(({ name, url }) => `Not signed in at ${sanitiseLine(name)}: open ${sanitiseLine(url)}`),
    fixed === null
      ? `New task ${whereWords(state, WIDE)}${from}${as}: ${promptHint(state)} ${keyFor('send')} starts it, ${keyFor('leave-prompt')} goes back.`
      : `New task ${whereWords(state, WIDE)}${from}${as}, which brings its own prompt: ${sanitiseLine(fixed)}`,
  ];
}

/** What is pointed at. */
export function choiceWords(state: State): string {
  const among = choices(state);
  const index = pointedChoice(state, among);
  const choice = among[index];
  if (choice === undefined) return 'nothing is called so.';
  return `${choice.label}, ${index + 1} of ${among.length}.`;
}
