import { isatty } from 'node:tty';
import type { DeploymentFlags } from './config/deployment.ts';
import { UsageError } from './domain/errors.ts';
import type { Clock } from './domain/ports/clock.ts';
import { sanitise, sanitiseLine } from './domain/text/sanitise.ts';
import { systemClock } from './platform/clock.ts';
import { COMPLETE } from './script/completion/hidden-command.ts';
import type { ScriptIo } from './script/context.ts';
import { EXIT } from './script/exit-code.ts';
import type { Flags } from './script/flags.ts';
import { helpFor } from './script/help.ts';
import { reporting, writeLine } from './script/output.ts';
import { isScriptCommand, parseCommand } from './script/parse-command.ts';
import { commandWord, type GivenCommand, readCommand, says } from './script/read-command.ts';
import { tableColumns } from './terminal/size.ts';

/** What a command gets to know of the process it runs in. */
interface Call extends GivenCommand {
  readonly io: ScriptIo;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The only place that sets an exit code. */
async function main(): Promise<void> {
  const words = process.argv.slice(2);
  const io: ScriptIo = {
    // Looked at by few commands, and what Node sets up for it takes as long as asking a server near by.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    isTTY: { stdin: isatty(0), stdout: isatty(1) },
    columns: tableColumns(process.stdout),
  };
  const interruption = new AbortController();
  let received: NodeJS.Signals | null = null;
  const code = await reporting(io, says(words, '--json'), async () => {
    if (words[0] === COMPLETE) return complete(words.slice(1), io, interruption.signal);
    if (says(words, '--help', '-h')) return print(io, helpFor(commandWord(words)));
    if (says(words, '--version', '-V')) return print(io, TASKDECK_VERSION);
    const given = readCommand(words);
    // The screen reads ctrl+c as a key, and leaves by its own door.
    if (given.command.name !== '') {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          received = signal;
          interruption.abort();
        });
      }
    }
    return dispatch({ ...given, io, clock: systemClock, signal: interruption.signal });
  });
  // A shell ends its loop only when it sees that the signal ended us.
  if (received !== null && code === EXIT.interrupted) process.kill(process.pid, received);
  // Sockets that are kept alive must not hold the process.
  process.exit(code);
}

/** Every branch loads what it needs and nothing else: a script that lists tasks never loads Ink. */
async function dispatch(call: Call): Promise<number> {
  const { command, args, io } = call;
  if (isScriptCommand(command)) return runScript(call);
  switch (command.name) {
    case 'serve':
      return serve(call);
    case 'login':
      return login(call);
    case 'logout':
      return logout(call);
    case 'purge':
      return purge(call);
    case 'doctor':
      return doctor(call);
    case 'completion':
      return completion(call);
    case 'help':
      return print(io, helpFor(args[0]));
    default:
      return openTui(call);
  }
}

async function print(io: ScriptIo, text: string): Promise<number> {
  await writeLine(io.stdout, text);
  return EXIT.done;
}

async function openTui({ flags, io, signal }: Call): Promise<number> {
  if (!io.isTTY.stdin || !io.isTTY.stdout) {
    throw new UsageError(
      'taskdeck needs a terminal. In a script use its commands, such as taskdeck list: see taskdeck --help.',
    );
  }
  const screen = await import('./tui.ts');
  const said = {
    ...(flags.switch('ascii') && { ascii: true }),
    ...(flags.switch('screen-reader') && { screenReader: true }),
    ...(flags.switch('no-archive') && { archive: false }),
  };
  return screen.openTui(chosenBy(flags), signal, said, flags.switch('plain-http'));
}

async function runScript(call: Call): Promise<number> {
  const { io, clock, signal } = call;
  const run = parseCommand(call, io.isTTY.stdin);
  const { deployment, state } = await find(call);
  const { connect } = await import('./connect.ts');
  const backend = connect({
    deployment,
    stateDir: state,
    version: TASKDECK_VERSION,
    env: process.env,
    clock,
  });
  return run({ backend, clock, io, signal });
}

/** Where this user's files are. Commands that write there create the directory themselves: most need nothing writable. */
async function places() {
  const { directories } = await import('./config/directories.ts');
  return directories(process.env);
}

/** The deployment as the command line names it. */
const chosenBy = (flags: Flags): DeploymentFlags => ({
  url: flags.text('url'),
  profile: flags.text('profile'),
  local: flags.switch('local'),
});

async function sources(chosen: DeploymentFlags) {
  const { deploymentSources } = await import('./config/deployment-sources.ts');
  return deploymentSources(chosen, process.env);
}

/** Where to connect, and where state is kept. */
async function find({ flags, io, signal }: Call) {
  const [{ findDeployment }, { agreeToPlainHttp }] = await Promise.all([
    import('./config/deployment.ts'),
    import('./config/plain-http.ts'),
  ]);
  const deployment = await findDeployment(await sources(chosenBy(flags)), signal);
  const found = await places();
  await agreeToPlainHttp(deployment, {
    allowed: flags.switch('plain-http'),
    configDirectory: found.config,
    ask: async (url) => (await import('./script/questions.ts')).questions(io, signal).exposed(url),
  });
  return { deployment, ...found };
}

async function serve({ flags, io, signal }: Call): Promise<number> {
  const { serve: run } = await import('./local/main.ts');
  return run({
    stateDir: (await places()).state,
    port: portOf(flags.text('port')),
    status: flags.switch('status'),
    stop: flags.switch('stop'),
    json: flags.switch('json'),
    env: process.env,
    out: (line) => void io.stdout.write(`${sanitise(line)}\n`),
    err: (line) => void io.stderr.write(`${sanitise(line)}\n`),
    signal,
  });
}

function portOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535) throw new UsageError('--port wants a number from 0 to 65535.');
  return port;
}

async function login({ args, flags, io, clock, signal }: Call): Promise<number> {
  const [{ login: signIn }, { questions }, { checkToken }] = await Promise.all([
    import('./config/login.ts'),
    import('./script/questions.ts'),
    import('./connect.ts'),
  ]);
  const { profile, url, user } = await signIn({
    configDirectory: (await places()).config,
    url: args[0],
    profile: flags.text('profile'),
    plainHttp: flags.switch('plain-http'),
    ask: questions(io, signal),
    check: (url, token, during) => checkToken({ url, token, env: process.env, clock }, during),
    signal,
  });
  return print(io, sanitiseLine(`Signed in to ${url} as ${user.username}; kept as the profile ${profile}.`));
}

async function logout({ flags, io }: Call): Promise<number> {
  const { logout: forget } = await import('./config/login.ts');
  const profile = forget((await places()).config, flags.text('profile'));
  return print(io, sanitiseLine(`The profile ${profile} and its token are forgotten here.`));
}

/** Of what was kept here; no server is asked, and no token needed. */
async function purge({ args, flags, io, clock, signal }: Call): Promise<number> {
  const [{ purge: run, purgeOptions }, { openStorage }, { originNamed }] = await Promise.all([
    import('./script/purge.ts'),
    import('./storage/storage.ts'),
    import('./config/origin-named.ts'),
  ]);
  const { config, state } = await places();
  const options = purgeOptions(args[0], flags, originNamed(chosenBy(flags), config), io.isTTY.stdin);
  const storage = openStorage({ directory: state });
  try {
    return await run({ storage, clock, io, signal }, options);
  } finally {
    storage.close();
  }
}

async function doctor({ flags, io, clock, signal }: Call): Promise<number> {
  const [
    { doctor: examine },
    { configFacts, deploymentFacts },
    { terminalFacts },
    { askTmux },
    { findDeployment },
    { connect },
    { keyFaults },
    { needsAgreement },
    { directories },
  ] = await Promise.all([
    import('./script/doctor.ts'),
    import('./config/facts.ts'),
    import('./terminal/facts.ts'),
    import('./terminal/tmux.ts'),
    import('./config/deployment.ts'),
    import('./connect.ts'),
    import('./commands/keymap.ts'),
    import('./config/plain-http.ts'),
    import('./config/directories.ts'),
  ]);
  const where = await sources(chosenBy(flags));
  const { config, state } = directories(process.env);
  const found = await findDeployment(where, signal).catch(asError);
  const local =
    found instanceof Error || found.kind !== 'local' ? [] : await examineLocalServer(config, state, signal);
  const facts = [
    {
      topic: 'taskdeck',
      name: 'version',
      value: `${TASKDECK_VERSION} on Node ${process.versions.node}`,
      ok: null,
    },
    ...configFacts(where, { config, state }, keyFaults),
    ...deploymentFacts(found),
    ...local,
    ...terminalFacts({ env: process.env, stdout: process.stdout, tmux: await askTmux(process.env, signal) }),
  ];
  const isServerMissing = local.some(({ ok }) => ok !== true);
  // Doctor does not agree to send the token unencrypted, and starts no server.
  const backend =
    found instanceof Error || isServerMissing || needsAgreement(found, flags.switch('plain-http'))
      ? null
      : connect({
          deployment: found,
          stateDir: state,
          version: TASKDECK_VERSION,
          env: process.env,
          clock,
          startLocalServer: false,
        });
  return examine({ backend, clock, io, signal }, { facts, json: flags.switch('json') });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The local server and the agents that it can run; starts nothing. */
async function examineLocalServer(config: string, stateDir: string, signal: AbortSignal) {
  const [{ localServerFacts }, { localServerStatus }, { probeByHttp }, { agentSource }] = await Promise.all([
    import('./config/facts.ts'),
    import('./config/local-server.ts'),
    import('./config/probe.ts'),
    import('./local/agents/source.ts'),
  ]);
  const find = { stateDir, version: TASKDECK_VERSION, probe: probeByHttp, signal };
  const status = await localServerStatus(find).catch(asError);
  const agents = agentSource({
    env: process.env,
    configDir: config,
    clock: systemClock,
    // Another fact reports faults of the config file.
    onFault: () => {},
  })();
  return localServerFacts(
    status,
    agents.map(({ name }) => name),
  );
}

async function complete(words: readonly string[], io: ScriptIo, signal: AbortSignal): Promise<number> {
  const { candidateLines } = await import('./complete.ts');
  for (const line of await candidateLines(words, signal)) await writeLine(io.stdout, line);
  return EXIT.done;
}

async function completion({ args, io }: Call): Promise<number> {
  const { completionFor } = await import('./script/completion/completion.ts');
  return print(io, completionFor(args[0] ?? ''));
}

// At the end, when everything above is defined.
void main();
