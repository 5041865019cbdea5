import meow from 'meow';
import { UsageError } from './domain/errors.ts';
import type { Clock } from './domain/ports.ts';
import { systemClock } from './local/clock.ts';
import { deploymentFlags, flagsOf, otherCommands, scriptCommands } from './script/command-line.ts';
import type { ScriptIo } from './script/context.ts';
import { helpFor } from './script/help.ts';
import { reporting, writeLine } from './script/output.ts';
import { isScriptCommand, parseCommand, type RawFlags } from './script/parse-command.ts';

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

/** Every branch loads what it needs and nothing else: a script that lists tasks never loads Ink. */
async function dispatch(name: string | undefined, call: Call): Promise<number> {
  if (name === undefined) return openTui(call);
  if (isScriptCommand(name)) return runScript(name, call);
  switch (name) {
    case 'serve':
      return serve(call);
    case 'login':
      return login(call);
    case 'logout':
      return logout(call);
    case 'doctor':
      return doctor(call);
    case 'completion':
      return completion(call);
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
  const [{ deployment, state }, { runTui }] = await Promise.all([find(flags, signal), import('./main.tsx')]);
  return runTui({ deployment, stateDir: state, version: TASKDECK_VERSION, env: process.env });
}

async function runScript(name: string, { args, flags, io, clock, signal }: Call): Promise<number> {
  const command = parseCommand(name, args, flags, io.isTTY.stdin);
  const { deployment, state } = await find(flags, signal);
  const { connect } = await import('./connect.ts');
  const backend = connect({ deployment, stateDir: state, version: TASKDECK_VERSION, env: process.env });
  return command({ backend, clock, io, signal });
}

/** Where this user's files are; made when they are missing. */
async function places() {
  const { createPrivate, directories } = await import('./config/directories.ts');
  const found = directories(process.env);
  return { config: found.config, state: createPrivate(found.state) };
}

async function sources(flags: RawFlags) {
  const { deploymentSources } = await import('./config/deployment-sources.ts');
  const chosen = { url: text(flags.url), profile: text(flags.profile), local: flags.local === true };
  return deploymentSources(chosen, process.env);
}

/** Where to connect, and where state is kept. */
async function find(flags: RawFlags, signal: AbortSignal) {
  const { findDeployment } = await import('./config/deployment.ts');
  const deployment = await findDeployment(await sources(flags), signal);
  return { deployment, ...(await places()) };
}

async function serve({ flags, io, signal }: Call): Promise<number> {
  const { serve: run } = await import('./local/main.ts');
  return run({
    stateDir: (await places()).state,
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

async function login({ args, flags, io, signal }: Call): Promise<number> {
  const [{ login: signIn }, { questions }, { checkToken }] = await Promise.all([
    import('./config/login.ts'),
    import('./script/questions.ts'),
    import('./connect.ts'),
  ]);
  const { profile, url, user } = await signIn({
    configDirectory: (await places()).config,
    url: args[0],
    profile: text(flags.profile),
    ask: questions(io, signal),
    check: (at, token, during) => checkToken(at, token, process.env, during),
    signal,
  });
  await writeLine(io.stdout, `Signed in to ${url} as ${user.username}; kept as the profile ${profile}.`);
  return 0;
}

async function logout({ flags, io }: Call): Promise<number> {
  const { logout: forget } = await import('./config/login.ts');
  const profile = forget((await places()).config, text(flags.profile));
  await writeLine(io.stdout, `The profile ${profile} and its token are forgotten here.`);
  return 0;
}

async function doctor({ flags, io, clock, signal }: Call): Promise<number> {
  const [
    { doctor: examine },
    { configFacts, deploymentFacts },
    { terminalFacts },
    { findDeployment },
    { connect },
  ] = await Promise.all([
    import('./script/doctor.ts'),
    import('./config/facts.ts'),
    import('./terminal/facts.ts'),
    import('./config/deployment.ts'),
    import('./connect.ts'),
  ]);
  const [where, { config, state }] = await Promise.all([sources(flags), places()]);
  const found = await findDeployment(where, signal).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  const facts = [
    {
      topic: 'taskdeck',
      name: 'version',
      value: `${TASKDECK_VERSION} on Node ${process.versions.node}`,
      ok: null,
    },
    ...configFacts(where, { config, state }),
    ...deploymentFacts(found),
    ...terminalFacts(process.env, process.stdout),
  ];
  const backend =
    found instanceof Error
      ? null
      : connect({ deployment: found, stateDir: state, version: TASKDECK_VERSION, env: process.env });
  return examine({ backend, clock, io, signal }, { facts, json: flags.json === true });
}

async function completion({ args, io }: Call): Promise<number> {
  const { completionFor } = await import('./script/completion/completion.ts');
  await writeLine(io.stdout, completionFor(args[0] ?? ''));
  return 0;
}

const text = (value: RawFlags[string]): string | undefined => {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last === undefined || last === '' ? undefined : String(last);
};

/** Reads the command line by the tables that help and completion are made from. */
function parse(argv: readonly string[]): { input: readonly string[]; flags: RawFlags } {
  const known = [...[...scriptCommands, ...otherCommands].flatMap(flagsOf), ...deploymentFlags];
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
  const parsed = meow(helpFor(argv.find((word) => !word.startsWith('-'))), {
    importMeta: { url: import.meta.url } as ImportMeta,
    pkg: { name: 'taskdeck', version: TASKDECK_VERSION, bin: { taskdeck: '' } },
    description: false,
    argv,
    flags,
    allowUnknownFlags: false,
    booleanDefault: undefined,
  });
  // meow shows help by itself only when nothing else was said.
  if (parsed.flags.help === true) parsed.showHelp(0);
  return { input: parsed.input.map(String), flags: parsed.flags as RawFlags };
}

const camelCase = (name: string): string =>
  name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

// At the end, when everything above is defined.
void main();
