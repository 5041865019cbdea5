import * as z from 'zod/mini';
import type { AgentDefinition } from './agent-definition.ts';
import type { ConfigFault, ConfigFile } from './config-file.ts';

const NAME_LIMIT = 32;
const PROMPT_PLACEHOLDER = /\{prompt(_file)?\}/;

const text = z.string('must be a string');
const commandLine = z
  .array(text, 'must be a list: the program and its arguments')
  .check(z.minLength(1, 'must name a program'));
const promptCommandLine = commandLine.check(
  z.refine(
    (args) => args.some((argument) => PROMPT_PLACEHOLDER.test(argument)),
    'must contain {prompt} or {prompt_file}',
  ),
);

const agentSchema = z.strictObject(
  {
    title: z.optional(text),
    description: z.optional(text),
    start: promptCommandLine,
    continue: z.optional(promptCommandLine),
    env: z.optional(z.record(z.string(), text, 'must be an object of strings')),
    done: z.optional(z.enum(['idle', 'complete'], 'must be "idle" or "complete"')),
  },
  'must be an object: { … }',
);

const agentsSchema = z.record(
  z.string().check(
    z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower case letters, digits and hyphens'),
    z.maxLength(NAME_LIMIT, `must be at most ${NAME_LIMIT} characters`),
    z.refine((name) => name !== 'shell', 'is reserved for the shell. Choose another name'),
  ),
  agentSchema,
  'must be an object: { … }',
);

/**
 * The agents in `config.jsonc`:
 *
 *     "agents": { "mine": { "start": ["my-agent", "{prompt}"], "continue": ["my-agent", "--go-on", "{prompt}"] } }
 *
 * An agent with the name of a built-in one replaces it.
 * @throws UsageError that names each fault with its line and field
 */
export function agentsFromConfig(file: ConfigFile | null): readonly AgentDefinition[] {
  const agents = agentsSetting(file);
  if (file === null || agents === undefined) return [];
  const parsed = agentsSchema.safeParse(agents);
  if (!parsed.success) throw file.errorFor(...agentFaults(file));
  return Object.entries(parsed.data).map(([name, agent]) => {
    const followUp = agent.continue ?? agent.start;
    const lines = { start: agent.start, followUp, followUpLast: followUp };
    return {
      name,
      displayName: agent.title ?? name,
      description: agent.description ?? `Runs ${agent.start[0]}, from your config file.`,
      ...lines,
      longPrompt: allowsLongPrompt(agent.start) && allowsLongPrompt(followUp) ? lines : null,
      sessionPattern: '',
      env: agent.env ?? {},
      whenDone: agent.done ?? 'idle',
    };
  });
}

/** Only arguments have a length limit. */
const allowsLongPrompt = (line: readonly string[]): boolean =>
  !line.some((argument) => argument.includes('{prompt}'));

export function agentFaults(file: ConfigFile): readonly ConfigFault[] {
  const agents = agentsSetting(file);
  if (agents === undefined) return [];
  const parsed = agentsSchema.safeParse(agents);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(file, issue));
}

function agentsSetting(file: ConfigFile | null): unknown {
  if (typeof file?.value !== 'object' || file.value === null) return undefined;
  return Reflect.get(file.value, 'agents');
}

function faultsOf(file: ConfigFile, issue: z.core.$ZodIssue): readonly ConfigFault[] {
  const path = ['agents', ...issue.path.filter((part) => typeof part !== 'symbol')];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is not a setting of an agent' }));
  }
  if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === 'invalid_type' && valueAt(file.value, path) === undefined) {
    return [{ path, message: 'is missing' }];
  }
  return [{ path, message: issue.message }];
}

const valueAt = (value: unknown, where: readonly (string | number)[]): unknown =>
  where.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
