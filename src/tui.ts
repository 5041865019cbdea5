import { settingsKeyFaults } from './commands/keymap.ts';
import { currentDirectory } from './config/current-directory.ts';
import type { Deployment, DeploymentFlags } from './config/deployment.ts';
import { findDeployment } from './config/deployment.ts';
import { deploymentInputs } from './config/deployment-inputs.ts';
import { directories } from './config/directories.ts';
import { ignoreSigxfsz } from './config/ignore-sigxfsz.ts';
import { type KnownDeployment, otherDeployments, selectDeployment } from './config/known-deployments.ts';
import { confirmPlainHttp, needsPlainHttpConsent } from './config/plain-http.ts';
import { openSettings } from './config/settings-source.ts';
import { UsageError } from './domain/errors.ts';
import { isReadOnlyIn } from './domain/read-only.ts';
import type { Settings } from './domain/settings.ts';
import { type FirstScreen, type FirstScreenOptions, openFirstScreen } from './first-screen.ts';
import type { TuiResult } from './main.tsx';
import { reportingErrors } from './script/output.ts';
import type { ScriptIo } from './script/script-context.ts';
import { muteWarnings } from './terminal/node-warnings.ts';
import { closeOpenSession } from './terminal/terminal-session.ts';
import { tableColumns } from './terminal/terminal-size.ts';

export interface TuiOptions {
  readonly signal: AbortSignal;
  /** Settings of the command line, for this run only. */
  readonly overrides?: Partial<Settings>;
  /** Whether the token may be sent unencrypted to another machine. Default: false. */
  readonly allowsPlainHttp?: boolean;
  /** Called when a first frame is on the screen, before the code for keys and requests is loaded. */
  readonly onFirstFrame: () => void;
}

/**
 * Opens the screen on the deployment of the flags, and on others that the user switches to. Resolves to the exit code.
 * @throws UsageError when no deployment is found
 */
export async function openTui(
  flags: DeploymentFlags,
  { signal, overrides, allowsPlainHttp = false, onFirstFrame }: TuiOptions,
): Promise<number> {
  await muteWarnings();
  ignoreSigxfsz();
  const { env } = process;
  const { config, state: stateDir } = directories(env);
  const settings = await openSettings(config, settingsKeyFaults, {
    ...(isReadOnlyIn(env) && { readOnly: true }),
    ...overrides,
  });
  const warnings: string[] = [];
  let currentFlags = flags;
  for (;;) {
    const deployment = await findDeployment(deploymentInputs(currentFlags, env), signal);
    if (needsPlainHttpConsent(deployment, allowsPlainHttp)) await promptPlainHttp(deployment, config, signal);
    const deployments = otherDeploymentsOrNone(config, deployment, warnings);
    if (deployment.kind === 'local' && currentDirectory() === null) warnings.push(DIRECTORY_DELETED);
    const options: FirstScreenOptions = {
      deployment,
      otherDeployments: deployments,
      settings,
      configDirectory: config,
      warnings: warnings.splice(0),
      stateDir,
      version: TASKDECK_VERSION,
      env,
    };
    const result = await runScreen(options, onFirstFrame);
    if ('code' in result) return result.code;
    currentFlags = selectDeployment(config, result.goTo.id);
    // The screen that just ended no longer watches the file.
    await settings.reload();
  }
}

const DIRECTORY_DELETED =
  'The current directory was deleted, so each new task gets its own directory. To use another one, start taskdeck there.';

/** Runs the screen. Restores the terminal before an error is printed. */
async function runScreen(options: FirstScreenOptions, onFirstFrame: () => void): Promise<TuiResult> {
  let opened: FirstScreen | null = null;
  try {
    opened = openFirstScreen(options);
    onFirstFrame();
    const { runTui } = await import('./main.tsx');
    return await runTui(options, opened);
  } catch (error) {
    closeOpenSession();
    opened?.close();
    throw error;
  }
}

/** Empty, with a warning, for unusable profiles: this deployment does not need them. */
function otherDeploymentsOrNone(
  config: string,
  used: Deployment,
  warnings: string[],
): readonly KnownDeployment[] {
  try {
    return otherDeployments(config, used);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    warnings.push(error.message);
    return [];
  }
}

/** Prompts in the terminal, before the screen opens. */
async function promptPlainHttp(
  deployment: Deployment,
  configDirectory: string,
  signal: AbortSignal,
): Promise<void> {
  const { createLoginPrompts } = await import('./script/login-prompts.ts');
  const ask = (url: string) => createLoginPrompts(terminalIo(), signal).confirmPlainHttp(url);
  await confirmPlainHttp(deployment, { allowed: false, configDirectory, ask });
}

function terminalIo(): ScriptIo {
  const { stdin, stdout, stderr } = process;
  return { stdin, stdout, stderr, isTTY: { stdin: true, stdout: true }, columns: tableColumns(stdout) };
}

/**
 * `taskdeck` without a command in a terminal, called by the launcher: parsing the command line takes as long as
 * drawing.
 */
export async function main(flags: DeploymentFlags, onFirstFrame: () => void): Promise<void> {
  const { signal } = new AbortController();
  const code = await reportingErrors(terminalIo(), false, () => openTui(flags, { signal, onFirstFrame }));
  // Kept-alive sockets must not keep the process running.
  process.exit(code);
}
