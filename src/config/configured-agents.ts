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

/** The modes of an agent that its settings name. */
const modes = z.strictObject(
  { ask: z.optional(text), edits: z.optional(text), all: z.optional(text), plan: z.optional(text) },
  'must be an object of strings',
);

const common = {
  title: z.optional(text),
  description: z.optional(text),
  env: z.optional(z.record(z.string(), text, 'must be an object of strings')),
};
const OBJECT_RULE = 'must be an object: { … }';

/** A command that runs once a turn. */
const commandSchema = z.strictObject(
  {
    ...common,
    start: promptCommandLine,
    continue: z.optional(promptCommandLine),
    done: z.optional(z.enum(['idle', 'complete'], 'must be "idle" or "complete"')),
  },
  OBJECT_RULE,
);

/** An agent that speaks the Agent Client Protocol. */
const acpSchema = z.strictObject({ ...common, acp: commandLine, modes: z.optional(modes) }, OBJECT_RULE);

const isAcp = (agent: unknown): boolean => typeof agent === 'object' && agent !== null && 'acp' in agent;

const agentsSchema = z.record(
  z.string().check(
    z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower case letters, digits and hyphens'),
    z.maxLength(NAME_LIMIT, `must be at most ${NAME_LIMIT} characters`),
    z.refine((name) => name !== 'shell', 'is reserved for the shell. Choose another name'),
  ),
  z.unknown(),
  OBJECT_RULE,
);

/** An agent of the config file that speaks the Agent Client Protocol. */
export interface AcpAgentSetting {
  readonly name: string;
  readonly title: string;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The agent's own modes. A missing one: the agent has none for that. */
  readonly modes: Readonly<Partial<Record<'ask' | 'edits' | 'all' | 'plan', string>>>;
}

export interface ConfiguredAgents {
  /** Commands that run once a turn. */
  readonly commands: readonly AgentDefinition[];
  readonly acp: readonly AcpAgentSetting[];
}

export const NO_CONFIGURED_AGENTS: ConfiguredAgents = { commands: [], acp: [] };

/**
 * The agents in `config.jsonc`:
 *
 *     "agents": {
 *       "mine": { "acp": ["my-agent", "--acp"], "modes": { "ask": "careful", "edits": "edit" } },
 *       "other": { "start": ["other", "{prompt}"], "continue": ["other", "--go-on", "{prompt}"] }
 *     }
 *
 * An agent with the name of a built-in one replaces it.
 * @throws UsageError that names each fault with its line and field
 */
export function agentsFromConfig(file: ConfigFile | null): ConfiguredAgents {
  const agents = agentsSetting(file);
  if (file === null || agents === undefined) return NO_CONFIGURED_AGENTS;
  const faults = agentFaults(file);
  if (faults.length > 0) throw file.errorFor(...faults);
  const entries = Object.entries(agentsSchema.parse(agents));
  return {
    commands: entries
      .filter(([, agent]) => !isAcp(agent))
      .map(([name, agent]) => toCommand(name, commandSchema.parse(agent))),
    acp: entries
      .filter(([, agent]) => isAcp(agent))
      .map(([name, agent]) => toAcpAgent(name, acpSchema.parse(agent))),
  };
}

function toCommand(name: string, agent: z.infer<typeof commandSchema>): AgentDefinition {
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
}

const toAcpAgent = (
  name: string,
  { title, acp, env, modes: own }: z.infer<typeof acpSchema>,
): AcpAgentSetting => ({
  name,
  title: title ?? name,
  command: acp,
  env: env ?? {},
  modes: own ?? {},
});

/** Only arguments have a length limit. */
const allowsLongPrompt = (line: readonly string[]): boolean =>
  !line.some((argument) => argument.includes('{prompt}'));

export function agentFaults(file: ConfigFile): readonly ConfigFault[] {
  const agents = agentsSetting(file);
  if (agents === undefined) return [];
  const parsed = agentsSchema.safeParse(agents);
  const named = parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(file, issue, []));
  if (typeof agents !== 'object' || agents === null || Array.isArray(agents)) return named;
  const inside = Object.entries(agents).flatMap(([name, agent]) => {
    const checked = (isAcp(agent) ? acpSchema : commandSchema).safeParse(agent);
    return checked.success ? [] : checked.error.issues.flatMap((issue) => faultsOf(file, issue, [name]));
  });
  return [...named, ...inside];
}

function agentsSetting(file: ConfigFile | null): unknown {
  if (typeof file?.value !== 'object' || file.value === null) return undefined;
  return Reflect.get(file.value, 'agents');
}

function faultsOf(
  file: ConfigFile,
  issue: z.core.$ZodIssue,
  parents: readonly string[],
): readonly ConfigFault[] {
  const path = ['agents', ...parents, ...issue.path.filter((part) => typeof part !== 'symbol')];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownSetting(file, path, key) }));
  }
  if (issue.code === 'invalid_key') return [{ path, message: issue.issues[0]?.message ?? issue.message }];
  if (issue.code === 'invalid_type' && valueAt(file.value, path) === undefined) {
    return [
      { path, message: path.at(-1) === 'start' ? 'is missing. An agent has start or acp' : 'is missing' },
    ];
  }
  return [{ path, message: issue.message }];
}

/** Settings of the other kind of agent have a message of their own. */
function unknownSetting(file: ConfigFile, path: readonly (string | number)[], key: string): string {
  const isOfAcpAgent = isAcp(valueAt(file.value, path));
  if (isOfAcpAgent && ['start', 'continue', 'done'].includes(key)) return 'does not go with acp';
  if (!isOfAcpAgent && key === 'modes') return 'needs acp';
  return path.at(-1) === 'modes' ? 'is not ask, edits, all or plan' : 'is not a setting of an agent';
}

const valueAt = (value: unknown, where: readonly (string | number)[]): unknown =>
  where.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  );
