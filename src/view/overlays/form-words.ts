import { isAgentDefault } from '../../domain/agent-model.ts';
import { permissionModeWords } from '../../domain/chat-extension.ts';
import type { EditBuffer } from '../../domain/edit/buffer.ts';
import { keyFor } from '../../domain/key-placeholder.ts';
import { type FormField, missingSignIns } from '../../domain/new-task.ts';
import { capitalize } from '../../domain/text/format.ts';
import { sanitiseLine } from '../../domain/text/sanitise.ts';
import { shortPath } from '../../domain/text/short-path.ts';
import { agentWords, chosenModel, chosenPermission, isPlanChosen } from '../../store/chat-form.ts';
import {
  chosenPreset,
  chosenTemplate,
  fixedPrompt,
  promptHint,
  templateName,
  templateOptionsFor,
} from '../../store/form.ts';
import { formChoices, highlightedChoice, modelLabel } from '../../store/form-choices.ts';
import { directoryOfForm } from '../../store/form-directory.ts';
import { fieldLabel, formKind, offersChats } from '../../store/form-kind.ts';
import { visibleDraft } from '../../store/prompt-history-search.ts';
import type { State } from '../../store/state.ts';
import { baseProblem, baseValue, branchHint, worktreeSentence } from './form-worktree-words.ts';

/** Where a new task runs: on a deployment, or in a directory of this machine; about `columns` wide at most. */
export function locationWords(state: State, columns: number): string {
  const { deployment } = state;
  const directory = directoryOfForm(state);
  const { name, local, home } = deployment;
  if (!local) return `on ${sanitiseLine(name)}`;
  if (directory === undefined)
    return `on this machine, in ${formKind(state) === 'chat' ? 'your home directory' : 'a directory of its own'}`;
  const before = 'on this machine, in ';
  const room = columns - before.length;
  return room >= MIN_PATH
    ? `${before}${shortPath(directory, home, room)}`
    : `in ${shortPath(directory, home, Math.max(MIN_PATH, columns - 'in '.length))}`;
}

/** Minimum columns of a shortened path. */
const MIN_PATH = 12;

/** Lines are not wrapped here: the output wraps them. */
const WIDE = 1_000;

/** The input line of the form. */
export function formLine(state: State): { readonly label: string; readonly buffer: EditBuffer } | null {
  const { openForm } = state.view;
  switch (openForm?.field) {
    case 'prompt':
      return { label: 'new task>', buffer: visibleDraft(state) };
    case 'name':
    case 'directory':
    case 'base':
    case 'branch':
      return { label: `${openForm.field}>`, buffer: state.newTaskForm[openForm.field] };
    case undefined:
      return null;
    default:
      return {
        label: `${openForm === null ? '' : fieldLabel(state, openForm.field)}>`,
        buffer: openForm?.choiceSearch.text ?? state.newTaskForm.name,
      };
  }
}

/** The focused field of the form and its error. */
export function formWords(state: State): readonly string[] {
  const { openForm } = state.view;
  if (openForm === null) return [];
  const { field } = openForm;
  const fault = state.newTaskForm.fieldErrors[field];
  return [...(fault === undefined ? [] : [sanitiseLine(fault)]), ...fieldWords(state, field)];
}

function fieldWords(state: State, field: FormField): readonly string[] {
  const nextField = `${keyFor('next-field')} goes to the next field.`;
  switch (field) {
    case 'name':
      return [`Name of the new task: if it is empty, the server chooses one. ${nextField}`];
    case 'directory':
      return [`Directory of the new chat: if it is empty, ${locationWords(state, WIDE)}. ${nextField}`];
    case 'base': {
      const problem = baseProblem(state);
      const base = problem === '' ? `${baseValue(state) || 'loading'}.` : sanitiseLine(problem);
      return [`Base of the new worktree: ${base} ${nextField}`];
    }
    case 'branch':
      return [`Branch of the new worktree: if it is empty, ${branchHint(state)}. ${nextField}`];
    case 'prompt':
      return promptWords(state);
    default: {
      const noun = formKind(state) === 'chat' ? 'chat' : 'task';
      const label =
        field === 'template' && offersChats(state)
          ? 'Agent or template'
          : capitalize(field === 'organization' ? field : fieldLabel(state, field));
      return [
        `${label} of the new ${noun}: ${choiceWords(state)} Type to find, ${keyFor('take-choice')} chooses it. ${nextField}`,
      ];
    }
  }
}

function promptWords(state: State): readonly string[] {
  if (formKind(state) === 'chat') return [chatPromptWords(state)];
  const template = chosenTemplate(state);
  const preset = chosenPreset(state);
  const from = template === null ? '' : ` from ${templateName(template)}`;
  const as = preset == null ? '' : `, preset ${sanitiseLine(preset.name)}`;
  const fixed = fixedPrompt(state);
  const missing = missingSignIns(templateOptionsFor(state, template)?.signIns ?? []);
  return [
    ...missing.map(({ name, url }) => `Not signed in at ${sanitiseLine(name)}: open ${sanitiseLine(url)}`),
    fixed === null
      ? `New task ${locationWords(state, WIDE)}${from}${as}: ${promptHint(state)} ${keyFor('send')} starts it, ${keyFor('leave-prompt')} goes back.`
      : `New task ${locationWords(state, WIDE)}${from}${as}, with the preset’s prompt: ${sanitiseLine(fixed)}`,
  ];
}

function chatPromptWords(state: State): string {
  const model = chosenModel(state);
  const facts = [
    model === null || isAgentDefault(model.model) ? '' : `, model ${modelLabel(model.model)}`,
    isPlanChosen(state) ? ', in plan mode' : '',
    state.deployment.local ? `, ${permissionModeWords(chosenPermission(state))}` : '',
    worktreeSentence(state),
  ];
  return `New chat with ${agentWords(state)} ${locationWords(state, WIDE)}${facts.join('')}: ${promptHint(state)} ${keyFor('send')} starts it, ${keyFor('leave-prompt')} goes back.`;
}

/** The highlighted choice. */
export function choiceWords(state: State): string {
  const among = formChoices(state);
  const index = highlightedChoice(state, among);
  const choice = among[index];
  if (choice === undefined) return 'no match.';
  const reason = choice.unavailable === undefined ? '' : `, cannot be used: ${choice.unavailable}`;
  return `${choice.label}${reason}, ${index + 1} of ${among.length}.`;
}
