import type { AgentOffer, OfferedChoice } from '../chats/session.ts';
import { fieldsOf, itemsOf, textOf } from './untrusted.ts';

/** A choice of a session, and how it is set. */
export interface SessionOption {
  readonly current: string;
  readonly choices: readonly OfferedChoice[];
  /** The id for session/set_config_option; null: the session has a method of its own for it. */
  readonly configId: string | null;
}

/** The settings of a session. Null: the agent does not offer the choice. */
export interface SessionOptions {
  readonly mode: SessionOption | null;
  readonly model: SessionOption | null;
  readonly effort: SessionOption | null;
}

export const NO_OPTIONS: SessionOptions = { mode: null, model: null, effort: null };

const MAX_CHOICES = 500;
const MAX_ID = 500;
const MAX_DESCRIPTION = 1_000;
/** The categories of the protocol's config options. */
const CATEGORIES = { mode: 'mode', model: 'model', effort: 'thought_level' } as const;

/**
 * The options in the result of session/new, load, resume or set_config_option, or in a config_option_update; those that it
 * does not name stay as in `previous`. Agents send config options, or the older `modes` and `models`, or both.
 */
export function optionsIn(result: unknown, previous: SessionOptions): SessionOptions {
  const { configOptions, modes, models } = fieldsOf(result);
  return {
    mode: configOption(configOptions, 'mode') ?? ofModes(modes) ?? previous.mode,
    model: configOption(configOptions, 'model') ?? ofModels(models) ?? previous.model,
    effort: configOption(configOptions, 'effort') ?? previous.effort,
  };
}

function configOption(options: unknown, name: keyof typeof CATEGORIES): SessionOption | null {
  for (const option of itemsOf(options, 100)) {
    const { id, category, type, currentValue, options: values } = fieldsOf(option);
    if (category !== CATEGORIES[name] || typeof id !== 'string' || type !== 'select') continue;
    return {
      configId: id,
      current: textOf(currentValue, MAX_ID) ?? '',
      choices: choicesIn(ungrouped(values), 'value'),
    };
  }
  return null;
}

/** The values of a select option, which may come in groups. */
const ungrouped = (values: unknown): readonly unknown[] =>
  itemsOf(values, MAX_CHOICES).flatMap((value) => {
    const { options } = fieldsOf(value);
    return Array.isArray(options) ? itemsOf(options, MAX_CHOICES) : [value];
  });

function choicesIn(items: readonly unknown[], key: string): readonly OfferedChoice[] {
  return items.slice(0, MAX_CHOICES).flatMap((item) => {
    const fields = fieldsOf(item);
    const id = textOf(fields[key], MAX_ID);
    if (id === null || id === '') return [];
    return [
      {
        id,
        name: textOf(fields.name, MAX_ID) ?? id,
        description: textOf(fields.description, MAX_DESCRIPTION) ?? '',
      },
    ];
  });
}

function ofModes(modes: unknown): SessionOption | null {
  const { currentModeId, availableModes } = fieldsOf(modes);
  if (typeof currentModeId !== 'string') return null;
  return {
    configId: null,
    current: textOf(currentModeId, MAX_ID) ?? '',
    choices: choicesIn(itemsOf(availableModes, MAX_CHOICES), 'id'),
  };
}

function ofModels(models: unknown): SessionOption | null {
  const { currentModelId, availableModels } = fieldsOf(models);
  if (typeof currentModelId !== 'string') return null;
  return {
    configId: null,
    current: textOf(currentModelId, MAX_ID) ?? '',
    choices: choicesIn(itemsOf(availableModels, MAX_CHOICES), 'modelId'),
  };
}

/** The name of a choice for users; its id if the agent does not name it. */
export const nameOfChoice = (option: SessionOption | null, id: string): string =>
  option?.choices.find((choice) => choice.id === id)?.name ?? id;

/** The choices for users. */
export const offerOf = (
  { mode, model, effort }: SessionOptions,
  version: string,
  takesImages: boolean,
): AgentOffer => ({
  version,
  takesImages,
  models: model?.choices ?? [],
  currentModel: model?.current ?? '',
  modes: mode?.choices ?? [],
  currentMode: mode?.current ?? '',
  efforts: effort?.choices.map(({ id }) => id) ?? [],
  currentEffort: effort?.current ?? '',
});
