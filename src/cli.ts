import { isatty } from 'node:tty';
import type { DeploymentFlags } from './config/deployment.ts';
import { UsageError } from './domain/errors.ts';
import type { Clock } from './domain/ports/clock.ts';
import { sanitise, sanitiseLine } from './domain/text/sanitise.ts';
import { systemClock } from './platform/clock.ts';
import { COMPLETE_COMMAND } from './script/completion/hidden-command.ts';
import type { ScriptIo } from './script/context.ts';
import { EXIT } from './script/exit-code.ts';
import type { ParsedFlags } from './script/flags.ts';
import { helpFor } from './script/help.ts';
import { reportingErrors, writeLine } from './script/output.ts';
import { commandWord, hasSwitch, type ParsedCommand, parseArguments } from './script/parse-arguments.ts';
import { isScriptCommand, resolveCommand } from './script/resolve-command.ts';
import { tableColumns } from './terminal/terminal-size.ts';

/** What a command gets to know of the process it runs in. */
interface Invocation extends ParsedCommand {
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
  const interrupt = new AbortController();
  let received: NodeJS.Signals | null = null;
  const code = await reportingErrors(io, hasSwitch(words, '--json'), async () => {
    if (words[0] === COMPLETE_COMMAND) return complete(words.slice(1), io, interrupt.signal);
    if (hasSwitch(words, '--help', '-h')) return print(io, helpFor(commandWord(words)));
    if (hasSwitch(words, '--version', '-V')) return print(io, TASKDECK_VERSION);
    const given = parseArguments(words);
    // The screen reads ctrl+c as a key, and leaves by its own door.
    if (given.command.name !== '') {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          received = signal;
          interrupt.abort();
        });
      }
    }
    return dispatch({ ...given, io, clock: systemClock, signal: interrupt.signal });
  });
  // A shell ends its loop only when it sees that the signal ended us.
  if (received !== null && code === EXIT.interrupted) process.kill(process.pid, received);
  // Sockets that are kept alive must not hold the process.
  process.exit(code);
}

/** Every branch loads what it needs and nothing else: a script that lists tasks never loads Ink. */
async function dispatch(call: Invocation): Promise<number> {
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

async function openTui({ flags, io, signal }: Invocation): Promise<number> {
  if (!io.isTTY.stdin || !io.isTTY.stdout) {
    throw new UsageError(
      'taskdeck needs a terminal. In a script use its commands, such as taskdeck list: see taskdeck --help.',
    );
  }
  const screen = await import('./tui.ts');
  const overrides = {
    ...(flags.isSet('ascii') && { ascii: true }),
    ...(flags.isSet('screen-reader') && { screenReader: true }),
    ...(flags.isSet('no-archive') && { archive: false }),
  };
  return screen.openTui(deploymentFlagsOf(flags), signal, overrides, flags.isSet('plain-http'));
}

async function runScript(call: Invocation): Promise<number> {
  const { io, clock, signal } = call;
  const run = resolveCommand(call, io.isTTY.stdin);
  const { deployment, state } = await findTarget(call);
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
async function readDirectories() {
  const { directories } = await import('./config/directories.ts');
  return directories(process.env);
}

/** The deployment as the command line names it. */
const deploymentFlagsOf = (flags: ParsedFlags): DeploymentFlags => ({
  url: flags.valueOf('url'),
  profile: flags.valueOf('profile'),
  local: flags.isSet('local'),
});

async function inputsFor(chosen: DeploymentFlags) {
  const { deploymentInputs: deploymentSources } = await import('./config/deployment-inputs.ts');
  return deploymentSources(chosen, process.env);
}

/** Where to connect, and where state is kept. */
async function findTarget({ flags, io, signal }: Invocation) {
  const [{ findDeployment }, { confirmPlainHttp: agreeToPlainHttp }] = await Promise.all([
    import('./config/deployment.ts'),
    import('./config/plain-http.ts'),
  ]);
  const deployment = await findDeployment(await inputsFor(deploymentFlagsOf(flags)), signal);
  const found = await readDirectories();
  await agreeToPlainHttp(deployment, {
    allowed: flags.isSet('plain-http'),
    configDirectory: found.config,
    ask: async (url) =>
      (await import('./script/login-prompts.ts')).createLoginPrompts(io, signal).confirmPlainHttp(url),
  });
  return { deployment, ...found };
}

async function serve({ flags, io, signal }: Invocation): Promise<number> {
  const { serve: run } = await import('./local/main.ts');
  return run({
    stateDir: (await readDirectories()).state,
    port: portOf(flags.valueOf('port')),
    status: flags.isSet('status'),
    stop: flags.isSet('stop'),
    json: flags.isSet('json'),
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

async function login({ args, flags, io, clock, signal }: Invocation): Promise<number> {
  const [{ login: signIn }, { createLoginPrompts: questions }, { tokenUser: checkToken }] = await Promise.all(
    [import('./config/login.ts'), import('./script/login-prompts.ts'), import('./connect.ts')],
  );
  const { profile, url, user } = await signIn({
    configDirectory: (await readDirectories()).config,
    url: args[0],
    profile: flags.valueOf('profile'),
    plainHttp: flags.isSet('plain-http'),
    questions: questions(io, signal),
    verifyToken: (url, token, during) => checkToken({ url, token, env: process.env, clock }, during),
    signal,
  });
  return print(io, sanitiseLine(`Signed in to ${url} as ${user.username}; kept as the profile ${profile}.`));
}

async function logout({ flags, io }: Invocation): Promise<number> {
  const { logout: forget } = await import('./config/login.ts');
  const profile = forget((await readDirectories()).config, flags.valueOf('profile'));
  return print(io, sanitiseLine(`The profile ${profile} and its token are forgotten here.`));
}

/** Of what was kept here; no server is asked, and no token needed. */
async function purge({ args, flags, io, clock, signal }: Invocation): Promise<number> {
  const [{ purge: run, purgeOptions }, { openStorage }, { originFromFlags: originNamed }] = await Promise.all(
    [import('./script/purge.ts'), import('./storage/storage.ts'), import('./config/origin-from-flags.ts')],
  );
  const { config, state } = await readDirectories();
  const options = purgeOptions(args[0], flags, originNamed(deploymentFlagsOf(flags), config), io.isTTY.stdin);
  const storage = openStorage({ directory: state });
  try {
    return await run({ storage, clock, io, signal }, options);
  } finally {
    storage.close();
  }
}

async function doctor({ flags, io, clock, signal }: Invocation): Promise<number> {
  const [
    { doctor: examine },
    { configChecks: configFacts, deploymentChecks: deploymentFacts },
    { terminalChecks: terminalFacts },
    { queryTmux: askTmux },
    { findDeployment },
    { connect },
    { keyBindingErrors: keyFaults },
    { needsPlainHttpConsent: needsAgreement },
    { directories },
  ] = await Promise.all([
    import('./script/doctor.ts'),
    import('./config/doctor-config.ts'),
    import('./terminal/doctor-terminal.ts'),
    import('./terminal/tmux.ts'),
    import('./config/deployment.ts'),
    import('./connect.ts'),
    import('./commands/keymap.ts'),
    import('./config/plain-http.ts'),
    import('./config/directories.ts'),
  ]);
  const inputs = await inputsFor(deploymentFlagsOf(flags));
  const { config, state } = directories(process.env);
  const found = await findDeployment(inputs, signal).catch(asError);
  const local =
    found instanceof Error || found.kind !== 'local' ? [] : await checkLocalServer(config, state, signal);
  const checks = [
    {
      topic: 'taskdeck',
      name: 'version',
      value: `${TASKDECK_VERSION} on Node ${process.versions.node}`,
      ok: null,
    },
    ...configFacts(inputs, { config, state }, keyFaults),
    ...deploymentFacts(found),
    ...local,
    ...terminalFacts({ env: process.env, stdout: process.stdout, tmux: await askTmux(process.env, signal) }),
  ];
  const isServerMissing = local.some(({ ok }) => ok !== true);
  // Doctor does not agree to send the token unencrypted, and starts no server.
  const backend =
    found instanceof Error || isServerMissing || needsAgreement(found, flags.isSet('plain-http'))
      ? null
      : connect({
          deployment: found,
          stateDir: state,
          version: TASKDECK_VERSION,
          env: process.env,
          clock,
          startLocalServer: false,
        });
  return examine({ backend, clock, io, signal }, { diagnostics: checks, json: flags.isSet('json') });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** The local server and the agents that it can run; starts nothing. */
async function checkLocalServer(config: string, stateDir: string, signal: AbortSignal) {
  const [
    { localServerChecks: localServerFacts },
    { localServerStatus },
    { probeByHttp },
    { agentRegistry: agentSource },
  ] = await Promise.all([
    import('./config/doctor-config.ts'),
    import('./config/local-server.ts'),
    import('./config/probe.ts'),
    import('./local/agents/registry.ts'),
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
  const { candidateLines } = await import('./completion-candidates.ts');
  for (const line of await candidateLines(words, signal)) await writeLine(io.stdout, line);
  return EXIT.done;
}

async function completion({ args, io }: Invocation): Promise<number> {
  const { completionScript: completionFor } = await import('./script/completion/shell-scripts.ts');
  return print(io, completionFor(args[0] ?? ''));
}

// At the end, when everything above is defined.
void main();
