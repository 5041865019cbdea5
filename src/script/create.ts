import { BackendError, UsageError } from '../domain/errors.ts';
import type { Preset, Template } from '../domain/ports/backend.ts';
import type { Source } from '../domain/ports/source.ts';
import { creatingSource } from '../domain/sources.ts';
import type { Task } from '../domain/task.ts';
import type { Kind } from '../domain/task-json.ts';
import { didYouMean } from '../domain/text/did-you-mean.ts';
import { sanitiseLine } from '../domain/text/sanitise.ts';
import { neitherAvailable } from '../domain/unavailable.ts';
import { chatsOf } from './chat-options.ts';
import { type ChatOptions, createChat } from './create-chat.ts';
import { EXIT } from './exit-code.ts';
import { taskJson } from './json.ts';
import { absoluteDirectory, agentNamedAsTemplate, missingKind } from './local-create.ts';
import { reportingErrors, writeJson, writeLine } from './output.ts';
import { readPrompt } from './read-prompt.ts';
import type { ScriptCommand, ScriptContext } from './script-context.ts';

export interface CreateOptions extends ChatOptions {
  /** The kind that the flags name; null when they name none. */
  readonly kind: Kind | null;
  /** The prompt, or `-` to read stdin; undefined when a preset has one. */
  readonly prompt: string | undefined;
  /** A name, `organization/name` or an id; undefined for the only one. */
  readonly template: string | undefined;
  /** Only templates of this organization, or a chat in it. */
  readonly organization: string | undefined;
  /** A name, an id or `none`; undefined for the template's default. */
  readonly preset: string | undefined;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
  readonly json: boolean;
}

/** Prints the name of the new task or chat, for use with other commands. */
export const create: ScriptCommand<CreateOptions> = (context, options) =>
  reportingErrors(context.io, options.json, async () => {
    const { backend, clock, io, signal } = context;
    const isLocal = creatingSource(backend).capabilities.directories;
    if (options.directory !== undefined && !isLocal) {
      throw new UsageError('--cwd works only on this machine. Tasks of a deployment run in a workspace.');
    }
    const written =
      options.prompt === undefined ? undefined : await readPrompt(options.prompt, io.stdin, signal);
    if (written === undefined && options.preset === undefined) throw missingPrompt();
    if (isLocal && options.kind !== 'chat' && options.template === undefined)
      throw await missingKind(context);
    const agent = await agentNamedAsTemplate(context, options.template);
    const kind = agent === null ? (options.kind ?? (await kindFor(context, options))) : 'chat';
    if (kind === 'chat' && written === undefined) throw missingPrompt();
    const task =
      kind === 'chat'
        ? await createChat(context, written ?? '', agent === null ? options : asChat(options, agent))
        : await createTask(context, written, options);
    if (options.json) await writeJson(io, taskJson(task, clock.now()));
    else await writeLine(io.stdout, sanitiseLine(task.name));
    return EXIT.done;
  });

/**
 * The kind of a new task without a flag that names it: a Task where exactly one template exists, a chat where there is
 * none.
 * @throws UsageError where several templates exist beside Chats
 */
async function kindFor(context: ScriptContext, { organization }: CreateOptions): Promise<Kind> {
  const { backend, signal } = context;
  const tasks = creatingSource(backend);
  const chats = chatsOf(backend);
  if (chats === undefined || tasks === chats) return tasks === chats ? 'chat' : 'task';
  const [noTasks, noChats] = await Promise.all([
    errorIfMissing(tasks, signal),
    errorIfMissing(chats, signal),
  ]);
  if (noTasks !== null && noChats !== null) throw neitherAvailable([noTasks, noChats]);
  if (noTasks !== null) return 'chat';
  if (noChats !== null) return 'task';
  const templates = (await backend.templates(signal)).filter(
    (template) => organization === undefined || isInOrganization(template, organization),
  );
  if (templates.length === 1) return 'task';
  if (templates.length === 0) return 'chat';
  const names = templates.map(fullName).join(', ');
  throw new UsageError(
    `This server has several templates, and chats. Choose a template with --template: ${names}. Or start a chat with --model, --effort, --plan or --workspace.`,
  );
}

/** The error of a source that the server does not have; null for one that it has, even if this user may not use it. */
async function errorIfMissing(source: Source, signal: AbortSignal): Promise<BackendError | null> {
  try {
    await source.list({ owner: 'me', limit: 1 }, signal);
    return null;
  } catch (error) {
    if (error instanceof BackendError && error.kind === 'no-tasks') return error;
    if (error instanceof BackendError && error.kind === 'forbidden') return null;
    throw error;
  }
}

async function createTask(
  context: ScriptContext,
  written: string | undefined,
  options: CreateOptions,
): Promise<Task> {
  const template = await templateFor(context, options);
  const preset = await presetFor(context, template, options.preset);
  // As in Coder's web form, the prompt of a preset cannot be changed.
  const prompt = preset?.prompt ?? written;
  if (prompt === undefined) throw missingPrompt();
  if (preset?.prompt != null && written !== undefined && written !== preset.prompt) {
    throw new UsageError(
      `The preset ${preset.name} has its own prompt. Omit yours, or choose another preset with --preset.`,
    );
  }
  return creatingSource(context.backend).create(
    {
      templateVersionId: template.activeVersionId,
      prompt,
      ...(preset === null ? {} : { presetId: preset.id }),
      ...(options.name === undefined ? {} : { name: options.name }),
      ...(options.displayName === undefined ? {} : { displayName: options.displayName }),
      ...(options.directory === undefined ? {} : { directory: absoluteDirectory(options.directory) }),
    },
    context.signal,
  );
}

/** The options of a chat with an agent that --template names. A chat has a title instead of names. */
function asChat(options: CreateOptions, agent: string): CreateOptions {
  const { preset, name, displayName } = options;
  if (preset !== undefined) throw new UsageError(`${agent} is an agent and has no presets. Omit --preset.`);
  const title = displayName ?? name;
  return { ...options, model: agent, ...(title !== undefined && { title }) };
}

const missingPrompt = () =>
  new UsageError('No prompt. Pass it as an argument, or pass - to read standard input.');

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
          ? 'This server has no task templates.'
          : `The organization ${organization} has no task templates.`,
      hint: 'Ask an administrator to add one.',
      tookEffect: 'no',
    });
  }
  const fitting =
    wanted === undefined ? templates : templates.filter((template) => hasName(template, wanted));
  const [only, ...others] = fitting;
  if (only !== undefined && others.length === 0) return only;
  const names = templates.map(fullName).join(', ');
  if (wanted === undefined) {
    throw new UsageError(`This server has several templates. Choose one with --template: ${names}.`);
  }
  const hint = didYouMean(wanted, [...templates.map(({ name }) => name), ...templates.map(fullName)]);
  const count = only === undefined ? 'No' : 'More than one';
  throw new UsageError(
    `${count} template is called "${wanted}".${only === undefined && hint ? ` ${hint}` : ''} Templates: ${names}.`,
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
