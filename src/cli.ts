import meow from 'meow';
import { UsageError } from './domain/errors.ts';
import type { Clock } from './domain/ports.ts';
import { systemClock } from './local/clock.ts';
import { deploymentFlags, flagsOf, otherCommands, scriptCommands } from './script/command-line.ts';
import type { ScriptIo } from './script/context.ts';
import { reporting } from './script/output.ts';
import { isScriptCommand, parseCommand, type RawFlags } from './script/parse-command.ts';

const allCommands = [...scriptCommands, ...otherCommands];

/** What a command gets to know of the process it runs in. */
interface Call {
  readonly args: readonly string[];
  readonly flags: RawFlags;
  readonly io: ScriptIo;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The only place that sets an exit code. */
async function main(): Promise<void> {
  const { input, flags } = parse(process.argv.slice(2));
  const [name, ...args] = input;
  const interruption = new AbortController();
  if (name !== undefined) process.once('SIGINT', () => interruption.abort());
  const io: ScriptIo = {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isTTY: { stdin: process.stdin.isTTY === true, stdout: process.stdout.isTTY === true },
    columns: process.stdout.columns,
  };
  const call: Call = { args, flags, io, clock: systemClock, signal: interruption.signal };
  const code = await reporting(io, flags.json === true, () => dispatch(name, call));
  // Sockets that are kept alive must not hold the process.
  process.exit(code);
}

async function dispatch(name: string | undefined, call: Call): Promise<number> {
  if (name === undefined) return openTui(call);
  if (isScriptCommand(name)) return runScript(name, call);
  switch (name) {
    case 'serve':
      return serve(call);
    default:
      throw new UsageError(`There is no command "${name}": see taskdeck --help.`);
  }
}

async function openTui({ flags, io, signal }: Call): Promise<number> {
  if (!io.isTTY.stdin || !io.isTTY.stdout) {
    throw new UsageError(
      'taskdeck needs a terminal. In a script use its commands, such as taskdeck list: see taskdeck --help.',
    );
  }
  const [{ deployment, stateDir }, { runTui }] = await Promise.all([
    find(flags, signal),
    import('./main.tsx'),
  ]);
  return runTui({ deployment, stateDir, version: TASKDECK_VERSION, env: process.env });
}

async function runScript(name: string, { args, flags, io, clock, signal }: Call): Promise<number> {
  const command = parseCommand(name, args, flags, io.isTTY.stdin);
  const { deployment, stateDir } = await find(flags, signal);
  const { connect } = await import('./connect.ts');
  const backend = connect({ deployment, stateDir, version: TASKDECK_VERSION, env: process.env });
  return command({ backend, clock, io, signal });
}

/** Where to connect, and where state is kept. */
async function find(flags: RawFlags, signal: AbortSignal) {
  const [{ findDeployment }, { deploymentSources }, { createPrivate, directories }] = await Promise.all([
    import('./config/deployment.ts'),
    import('./config/deployment-sources.ts'),
    import('./config/directories.ts'),
  ]);
  const chosen = { url: text(flags.url), profile: text(flags.profile), local: flags.local === true };
  const deployment = await findDeployment(deploymentSources(chosen, process.env), signal);
  return { deployment, stateDir: createPrivate(directories(process.env).state) };
}

async function serve({ flags, io, signal }: Call): Promise<number> {
  const [{ serve: run }, { createPrivate, directories }] = await Promise.all([
    import('./local/main.ts'),
    import('./config/directories.ts'),
  ]);
  return run({
    stateDir: createPrivate(directories(process.env).state),
    port: portOf(text(flags.port)),
    status: flags.status === true,
    stop: flags.stop === true,
    json: flags.json === true,
    env: process.env,
    out: (line) => void io.stdout.write(`${line}\n`),
    err: (line) => void io.stderr.write(`${line}\n`),
    signal,
  });
}

function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535) throw new UsageError('--port wants a number from 0 to 65535.');
  return port;
}

const text = (value: RawFlags[string]): string | undefined => {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last === undefined || last === '' ? undefined : String(last);
};

/** Reads the command line by the tables that help and completion are made from. */
function parse(argv: readonly string[]): { input: readonly string[]; flags: RawFlags } {
  const known = [...allCommands.flatMap(flagsOf), ...deploymentFlags];
  const flags = Object.fromEntries(
    known.map(({ name, short, value }) => [
      camelCase(name),
      {
        type: value === null ? ('boolean' as const) : ('string' as const),
        ...(value !== null && { isMultiple: true as const }),
        ...(short !== undefined && { shortFlag: short }),
      },
    ]),
  );
  const parsed = meow(help(), {
    importMeta: { url: import.meta.url } as ImportMeta,
    pkg: { name: 'taskdeck', version: TASKDECK_VERSION, bin: { taskdeck: '' } },
    description: 'A terminal UI for AI tasks',
    argv,
    flags,
    allowUnknownFlags: false,
    booleanDefault: undefined,
  });
  return { input: parsed.input.map(String), flags: parsed.flags as RawFlags };
}

const camelCase = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

function help(): string {
  const column = 34;
  const line = (left: string, right: string): string => `  ${left.padEnd(column)}${right}`;
  return [
    'Usage',
    line('taskdeck', 'open the screen, on the deployment found or named'),
    ...allCommands.map(({ name, usage, summary }) => line(`taskdeck ${name} ${usage}`.trimEnd(), summary)),
    '',
    'Where to connect',
    ...deploymentFlags.map(({ name, value, summary }) =>
      line(`--${name}${value === null ? '' : ` ${value}`}`, summary),
    ),
    line('', 'else CODER_URL and CODER_SESSION_TOKEN, the current profile,'),
    line('', 'what coder login left, or this machine'),
    '',
    'A command tells its own flags when it is called with one that it does not know.',
  ].join('\n');
}

// At the end, when everything above is defined.
void main();
