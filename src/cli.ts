import { isatty } from 'node:tty';
import type { DeploymentFlags } from './config/deployment.ts';
import { taskEnvironment } from './domain/child-environment.ts';
import { UsageError } from './domain/errors.ts';
import { olderServerWords } from './domain/older-server.ts';
import type { Clock } from './domain/ports/clock.ts';
import { isReadOnlyIn, readOnlyError } from './domain/read-only.ts';
import { sanitise, sanitiseLine } from './domain/text/sanitise.ts';
import { systemClock } from './platform/clock.ts';
import { COMPLETE_COMMAND } from './script/completion/hidden-command.ts';
import { EXIT } from './script/exit-code.ts';
import type { ParsedFlags } from './script/flags.ts';
import { helpFor } from './script/help-text.ts';
import { reportingErrors, writeLine } from './script/output.ts';
import { commandWord, hasSwitch, type ParsedCommand, parseArguments } from './script/parse-arguments.ts';
import { isScriptCommand, resolveCommand } from './script/resolve-command.ts';
import type { ScriptIo } from './script/script-context.ts';
import { tableColumns } from './terminal/terminal-size.ts';

interface Invocation extends ParsedCommand {
  readonly io: ScriptIo;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onFirstFrame: () => void;
}

/**
 * Runs the command line, for the launcher. The only place that sets an exit code.
 * @param onFirstFrame called when the screen shows its first frame
 */
export async function main(onFirstFrame: () => void): Promise<void> {
  const args = process.argv.slice(2);
  const io: ScriptIo = {
    // Few commands read it, and its setup takes as long as a request to a near server.
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
  const code = await reportingErrors(io, hasSwitch(args, '--json'), async () => {
    if (args[0] === COMPLETE_COMMAND) return complete(args.slice(1), io, interrupt.signal);
    if (hasSwitch(args, '--help', '-h')) return print(io, helpFor(commandWord(args)));
    if (hasSwitch(args, '--version', '-V')) return print(io, TASKDECK_VERSION);
    const invocation = parseArguments(args);
    // The screen handles ctrl+c itself.
    if (invocation.command.name !== '') {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        process.once(signal, () => {
          received = signal;
          interrupt.abort();
        });
      }
    }
    return dispatch({ ...invocation, io, clock: systemClock, signal: interrupt.signal, onFirstFrame });
  });
  // A shell ends its loop only when the signal has ended this process.
  if (received !== null && code === EXIT.interrupted) process.kill(process.pid, received);
  // Kept-alive sockets must not keep the process running.
  process.exit(code);
}

/** Each branch loads only what it needs: a script never loads Ink. */
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
    case 'search':
      return search(call);
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

async function openTui({ flags, io, signal, onFirstFrame }: Invocation): Promise<number> {
  if (!io.isTTY.stdin || !io.isTTY.stdout) {
    throw new UsageError(
      'taskdeck needs a terminal. In scripts use commands such as "taskdeck list". See "taskdeck --help".',
    );
  }
  const screen = await import('./tui.ts');
  const overrides = {
    ...(flags.isSet('ascii') && { ascii: true }),
    ...(flags.isSet('screen-reader') && { screenReader: true }),
    ...(flags.isSet('no-archive') && { archive: false }),
    ...(flags.isSet('read-only') && { readOnly: true }),
  };
  const allowsPlainHttp = flags.isSet('plain-http');
  return screen.openTui(deploymentFlagsOf(flags), { signal, overrides, allowsPlainHttp, onFirstFrame });
}

async function runScript(call: Invocation): Promise<number> {
  const { io, clock, signal } = call;
  const run = resolveCommand(call, io.isTTY.stdin);
  const isReadOnly = await findReadOnly(call);
  const { deployment, state } = await findTarget(call);
  const { connect } = await import('./connect.ts');
  const backend = connect({
    deployment,
    stateDir: state,
    version: TASKDECK_VERSION,
    env: process.env,
    clock,
    isReadOnly: () => isReadOnly,
    onOlderServer: (older) => {
      // Output for a program stays as it is.
      if (io.isTTY.stdout && !call.flags.isSet('json')) io.stderr.write(`${olderServerAdvice(older)}\n`);
    },
  });
  return run({ backend, clock, io, signal });
}

/**
 * Whether the command must send nothing but reads.
 * @throws UsageError or BackendError for a command that sends something else
 */
async function findReadOnly({ command, flags }: Invocation): Promise<boolean> {
  const { isReadOnlyConfigured } = await import('./config/load-settings.ts');
  const word = `taskdeck ${command.name}`;
  if (flags.isSet('read-only')) {
    if (command.sends)
      throw new UsageError(`${word} sends something, and --read-only forbids that. Omit one of them.`);
    return true;
  }
  const cause = isReadOnlyIn(process.env)
    ? 'TASKDECK_READ_ONLY is set'
    : (await isReadOnlyConfigured((await readDirectories()).config))
      ? 'the setting readOnly is on'
      : null;
  if (cause !== null && command.sends) throw readOnlyError(`Read-only: ${cause}, so ${word} sends nothing.`);
  return cause !== null;
}

const olderServerAdvice = (version: string): string =>
  `taskdeck: ${olderServerWords(version)} When nothing runs, restart it: taskdeck serve --stop`;

/** Creates nothing: most commands need no writable directory. */
async function readDirectories() {
  const { directories } = await import('./config/directories.ts');
  return directories(process.env);
}

const deploymentFlagsOf = (flags: ParsedFlags): DeploymentFlags => ({
  url: flags.valueOf('url'),
  profile: flags.valueOf('profile'),
  local: flags.isSet('local'),
});

async function inputsFor(chosen: DeploymentFlags) {
  const { deploymentInputs } = await import('./config/deployment-inputs.ts');
  return deploymentInputs(chosen, process.env);
}

async function findTarget({ flags, io, signal }: Invocation) {
  const [{ findDeployment }, { confirmPlainHttp }] = await Promise.all([
    import('./config/deployment.ts'),
    import('./config/plain-http.ts'),
  ]);
  const deployment = await findDeployment(await inputsFor(deploymentFlagsOf(flags)), signal);
  const paths = await readDirectories();
  await confirmPlainHttp(deployment, {
    allowed: flags.isSet('plain-http'),
    configDirectory: paths.config,
    ask: async (url) =>
      (await import('./script/login-prompts.ts')).createLoginPrompts(io, signal).confirmPlainHttp(url),
  });
  return { deployment, ...paths };
}

async function serve({ flags, io, signal }: Invocation): Promise<number> {
  const { serve: runServer } = await import('./local/main.ts');
  return runServer({
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

function portOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw new UsageError('--port must be a number from 0 to 65535.');
  return port;
}

async function login({ args, flags, io, clock, signal }: Invocation): Promise<number> {
  const [{ login: signIn }, { createLoginPrompts }, { tokenUser }] = await Promise.all([
    import('./config/login.ts'),
    import('./script/login-prompts.ts'),
    import('./connect.ts'),
  ]);
  const { profile, url, user } = await signIn({
    configDirectory: (await readDirectories()).config,
    url: args[0],
    profile: flags.valueOf('profile'),
    plainHttp: flags.isSet('plain-http'),
    questions: createLoginPrompts(io, signal),
    verifyToken: (url, token, during) => tokenUser({ url, token, env: process.env, clock }, during),
    signal,
  });
  return print(io, sanitiseLine(`Signed in to ${url} as ${user.username}. Saved as profile ${profile}.`));
}

async function logout({ flags, io }: Invocation): Promise<number> {
  const { logout: signOut } = await import('./config/login.ts');
  const profile = signOut((await readDirectories()).config, flags.valueOf('profile'));
  return print(io, sanitiseLine(`Deleted profile ${profile} and its token from this machine.`));
}

/** Searches stored data. Needs no server; without --all it needs a sign-in, to know whose data. */
async function search({ args, flags, io, clock, signal }: Invocation): Promise<number> {
  const [{ search: runSearch, searchOptions }, { openStorage }] = await Promise.all([
    import('./script/search.ts'),
    import('./storage/storage.ts'),
  ]);
  const options = searchOptions(args, flags, clock.wall());
  const account = flags.isSet('all') ? null : await storedAccount(flags, signal);
  const storage = openStorage({ directory: (await readDirectories()).state });
  try {
    const deployment =
      account === null
        ? null
        : {
            origin: account.origin,
            user:
              storage.knownUser(account.origin, account.token) ??
              storage.anonymousUser(account.origin, account.token),
          };
    return await runSearch({ storage, deployment, clock, io, signal }, options);
  } finally {
    storage.close();
  }
}

async function storedAccount(flags: ParsedFlags, signal: AbortSignal) {
  const { accountOf, findDeployment } = await import('./config/deployment.ts');
  return accountOf(await findDeployment(await inputsFor(deploymentFlagsOf(flags)), signal));
}

/** Deletes stored data. Needs no server and no token. */
async function purge({ args, flags, io, clock, signal }: Invocation): Promise<number> {
  const [{ purge: runPurge, purgeOptions }, { openStorage }, { originFromFlags }] = await Promise.all([
    import('./script/purge.ts'),
    import('./storage/storage.ts'),
    import('./config/origin-from-flags.ts'),
  ]);
  const { config, state } = await readDirectories();
  const options = purgeOptions(
    args[0],
    flags,
    originFromFlags(deploymentFlagsOf(flags), config),
    io.isTTY.stdin,
  );
  const storage = openStorage({ directory: state });
  try {
    return await runPurge({ storage, clock, io, signal }, options);
  } finally {
    storage.close();
  }
}

async function doctor({ flags, io, clock, signal }: Invocation): Promise<number> {
  const [
    { doctor: runDoctor },
    { configChecks, deploymentChecks },
    { terminalChecks },
    { queryTmux },
    { findDeployment },
    { connect },
    { settingsKeyFaults },
    { needsPlainHttpConsent },
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
    ...configChecks(inputs, { config, state }, settingsKeyFaults),
    ...deploymentChecks(found),
    ...local,
    ...terminalChecks({
      env: process.env,
      stdout: process.stdout,
      tmux: await queryTmux(process.env, signal),
    }),
  ];
  const isServerMissing = local.some(
    ({ topic, name, ok }) => topic === 'local server' && name === 'running' && ok !== true,
  );
  // Doctor does not ask for consent to plain http, and starts no server.
  const backend =
    found instanceof Error || isServerMissing || needsPlainHttpConsent(found, flags.isSet('plain-http'))
      ? null
      : connect({
          deployment: found,
          stateDir: state,
          version: TASKDECK_VERSION,
          env: process.env,
          clock,
          startLocalServer: false,
        });
  return runDoctor({ backend, clock, io, signal }, { diagnostics: checks, json: flags.isSet('json') });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Checks the local server without starting it, and lists its agents. */
async function checkLocalServer(config: string, stateDir: string, signal: AbortSignal) {
  const [{ localServerChecks }, { localServerStatus }, { probeByHttp }, { agentRegistry }, { agentChecks }] =
    await Promise.all([
      import('./config/doctor-config.ts'),
      import('./config/local-server.ts'),
      import('./config/probe.ts'),
      import('./local/agents/registry.ts'),
      import('./local/agents/agent-checks.ts'),
    ]);
  const findOptions = { stateDir, version: TASKDECK_VERSION, probe: probeByHttp, signal };
  const status = await localServerStatus(findOptions).catch(asError);
  // As the server has it.
  const env = taskEnvironment(process.env);
  const agents = agentRegistry({
    env,
    configDir: config,
    clock: systemClock,
    // Another check reports the faults of the config file.
    onFault: () => {},
  });
  const templates = agents.commands().filter(({ isRetired }) => isRetired !== true);
  return [
    ...localServerChecks(
      status,
      templates.map(({ name }) => name),
    ),
    ...agentChecks(agents.chatAgents(), env),
  ];
}

async function complete(args: readonly string[], io: ScriptIo, signal: AbortSignal): Promise<number> {
  const { candidateLines } = await import('./completion-candidates.ts');
  for (const line of await candidateLines(args, signal)) await writeLine(io.stdout, line);
  return EXIT.done;
}

async function completion({ args, io }: Invocation): Promise<number> {
  const { completionScript } = await import('./script/completion/shell-scripts.ts');
  return print(io, completionScript(args[0] ?? ''));
}
