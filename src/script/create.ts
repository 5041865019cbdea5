import path from 'node:path';
import { BackendError, UsageError } from '../domain/errors.ts';
import type { Preset, Template } from '../domain/ports/backend.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import type { ScriptCommand, ScriptContext } from './context.ts';
import { EXIT } from './exit-code.ts';
import { taskJson } from './json.ts';
import { reportingErrors, writeJson, writeLine } from './output.ts';
import { readPrompt } from './read-prompt.ts';

export interface CreateOptions {
  /** The prompt itself, or `-` to read it from stdin; undefined where a preset brings it. */
  readonly prompt: string | undefined;
  /** A name, `organization/name`, or an id; not needed where there is only one. */
  readonly template: string | undefined;
  /** Only templates of this organization. */
  readonly organization: string | undefined;
  /** A name, or `none`; undefined for the template's default, where it has one. */
  readonly preset: string | undefined;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  /** Where to work, as it was written; undefined for the current directory. */
  readonly directory: string | undefined;
  readonly json: boolean;
}

/** Writes the name of the new task, which the other commands take. */
export const create: ScriptCommand<CreateOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const { backend, clock, io, signal } = context;
    if (options.directory !== undefined && !backend.capabilities.directories) {
      throw new UsageError('--cwd is for tasks on this machine: those of a deployment have a workspace.');
    }
    const written =
      options.prompt === undefined ? undefined : await readPrompt(options.prompt, io.stdin, signal);
    if (written === undefined && options.preset === undefined) throw missingPrompt();
    const template = await templateFor(context, options);
    const preset = await presetFor(context, template, options.preset);
    // Like the web form: a preset that fixes the prompt cannot be given another.
    const prompt = preset?.prompt ?? written;
    if (prompt === undefined) throw missingPrompt();
    if (preset?.prompt != null && written !== undefined && written !== preset.prompt) {
      throw new UsageError(
        `The preset ${preset.name} brings its own prompt: leave yours out, or choose another with --preset.`,
      );
    }
    const task = await backend.create(
      {
        templateVersionId: template.activeVersionId,
        prompt,
        ...(preset === null ? {} : { presetId: preset.id }),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.displayName === undefined ? {} : { displayName: options.displayName }),
        ...(options.directory === undefined ? {} : { directory: absoluteDirectory(options.directory) }),
      },
      signal,
    );
    if (options.json) await writeJson(io, taskJson(task, clock.now()));
    else await writeLine(io.stdout, sanitiseLine(task.name));
    return EXIT.done;
  });

/** A directory as it was written, from where the user is. */
function absoluteDirectory(directory: string): string {
  try {
    return path.resolve(directory);
  } catch {
    throw new UsageError(
      `--cwd ${directory} is relative, and the current directory was deleted: write an absolute path.`,
    );
  }
}

const missingPrompt = () =>
  new UsageError(
    'There is no prompt: write it behind "taskdeck create", or - to read it from standard input.',
  );

async function templateFor(
  { backend, signal }: ScriptContext,
  { template: wanted, organization }: CreateOptions,
): Promise<Template> {
  const all = await backend.templates(signal);
  const templates =
    organization === undefined ? all : all.filter((template) => isInOrganization(template, organization));
  if (templates.length === 0) {
    throw new BackendError({
      kind: 'invalid',
      message:
        all.length === 0
          ? 'This server has no template that runs tasks.'
          : `There is no template that runs tasks in the organization ${organization}.`,
      hint: 'Who runs it can add one.',
      tookEffect: 'no',
    });
  }
  if (wanted === undefined && backend.capabilities.directories) throw missingTemplate(templates);
  const fitting =
    wanted === undefined ? templates : templates.filter((template) => hasName(template, wanted));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  const names = templates.map(fullName).join(', ');
  if (wanted === undefined) {
    throw new UsageError(`There are several templates: choose one with --template. Templates: ${names}.`);
  }
  const hint = didYouMean(wanted, [...templates.map(({ name }) => name), ...templates.map(fullName)]);
  const count = only === undefined ? 'No' : 'More than one';
  throw new UsageError(
    `${count} template is called "${wanted}".${only === undefined && hint ? ` ${hint}` : ''} Templates: ${names}.`,
  );
}

/** On this machine one template runs prompts as commands: it is never used because no other was named. */
function missingTemplate(templates: readonly Template[]): UsageError {
  const agents = templates.map(({ name }) => name).filter((name) => name !== 'shell');
  const shell = '--template shell runs it as a command';
  return new UsageError(
    agents.length === 0
      ? `No agent was found on this machine: install one and see that it is on PATH. ${shell}.`
      : `Which agent gets the prompt? Choose one: --template ${agents.join(', --template ')}. ${shell}.`,
  );
}

const hasName = (template: Template, wanted: string): boolean =>
  [template.id, template.name, fullName(template)].some(
    (name) => name.toLowerCase() === wanted.trim().toLowerCase(),
  );

const isInOrganization = ({ organizationName }: Template, organization: string): boolean =>
  organizationName.toLowerCase() === organization.trim().toLowerCase();

const fullName = ({ organizationName, name }: Template): string =>
  organizationName === '' ? name : `${organizationName}/${name}`;

async function presetFor(
  { backend, signal }: ScriptContext,
  template: Template,
  wanted: string | undefined,
): Promise<Preset | null> {
  if (wanted === 'none') return null;
  const presets = await backend.presets(template.activeVersionId, signal);
  if (wanted === undefined) return presets.find(({ isDefault }) => isDefault) ?? null;
  const preset = presets.find(
    ({ id, name }) => id === wanted || name.toLowerCase() === wanted.trim().toLowerCase(),
  );
  if (preset !== undefined) return preset;
  const names = presets.map(({ name }) => name);
  const hint = didYouMean(wanted, names);
  throw new UsageError(
    `The template ${template.name} has no preset "${wanted}".${hint && ` ${hint}`} ` +
      (names.length === 0 ? 'It has no presets.' : `Presets: ${names.join(', ')}.`),
  );
}
