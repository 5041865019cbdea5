import { keyFaults } from './commands/keymap.ts';
import { currentDirectory } from './config/current-directory.ts';
import type { Settings } from './config/default-settings.ts';
import type { Deployment, DeploymentFlags } from './config/deployment.ts';
import { findDeployment } from './config/deployment.ts';
import { deploymentSources } from './config/deployment-sources.ts';
import { directories } from './config/directories.ts';
import { surviveFileLimit } from './config/file-limit.ts';
import { goTo, type KnownPlace, otherPlaces } from './config/places.ts';
import { agreeToPlainHttp, needsAgreement } from './config/plain-http.ts';
import { soundSettings } from './config/sound-settings.ts';
import { UsageError } from './domain/errors.ts';
import type { Left } from './main.tsx';
import { type Opened, type OpeningOptions, openScreen } from './opening.ts';
import type { ScriptIo } from './script/context.ts';
import { reporting } from './script/output.ts';
import { giveTerminalBack } from './terminal/session.ts';
import { tableColumns } from './terminal/size.ts';
import { muteWarnings } from './terminal/warnings.ts';

/**
 * Opens the screen on the deployment that is named, and on others that the user goes to from there. Resolves to the exit code.
 * @param said what the command line says for this run, whatever the settings are
 * @param plainHttp the token may go to another machine unencrypted
 * @throws UsageError when no deployment can be found for it
 */
export async function openTui(
  named: DeploymentFlags,
  signal: AbortSignal,
  said: Partial<Settings> = {},
  plainHttp = false,
): Promise<number> {
  await muteWarnings();
  surviveFileLimit();
  const { env } = process;
  const { config, state: stateDir } = directories(env);
  const read = await soundSettings(config, keyFaults);
  const settings = { ...read.settings, ...said };
  const troubles = read.fault === null ? [] : [read.fault];
  let chosen = named;
  for (;;) {
    const deployment = await findDeployment(deploymentSources(chosen, env), signal);
    if (needsAgreement(deployment, plainHttp)) await agree(deployment, config, signal);
    const places = placesBeside(config, deployment, troubles);
    if (deployment.kind === 'local' && currentDirectory() === null) troubles.push(NO_DIRECTORY);
    const options: OpeningOptions = {
      deployment,
      places,
      settings,
      troubles: troubles.splice(0),
      stateDir,
      version: TASKDECK_VERSION,
      env,
    };
    const left = await show(options);
    if ('code' in left) return left.code;
    chosen = goTo(config, left.goTo.id);
  }
}

const NO_DIRECTORY =
  'The directory that taskdeck was started in was deleted: new tasks get a directory of their own. To choose one, start taskdeck there.';

/** Runs the screen. An error that ends it is printed where the shell goes on, so the terminal is given back before. */
async function show(options: OpeningOptions): Promise<Left> {
  let opened: Opened | null = null;
  try {
    opened = openScreen(options);
    const { runTui } = await import('./main.tsx');
    return await runTui(options, opened);
  } catch (error) {
    giveTerminalBack();
    opened?.close();
    throw error;
  }
}

/** None where the file that names them cannot be used: this deployment was found without it. */
function placesBeside(config: string, used: Deployment, troubles: string[]): readonly KnownPlace[] {
  try {
    return otherPlaces(config, used);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    troubles.push(error.message);
    return [];
  }
}

/** Asks at the terminal, before there is a screen. */
async function agree(deployment: Deployment, configDirectory: string, signal: AbortSignal): Promise<void> {
  const { questions } = await import('./script/questions.ts');
  const ask = (url: string) => questions(terminalIo(), signal).exposed(url);
  await agreeToPlainHttp(deployment, { allowed: false, configDirectory, ask });
}

function terminalIo(): ScriptIo {
  const { stdin, stdout, stderr } = process;
  return { stdin, stdout, stderr, isTTY: { stdin: true, stdout: true }, columns: tableColumns(stdout) };
}

/** All of `taskdeck` without a command, for the launcher, at a terminal: reading a whole command line would take as long as drawing. */
export async function main(named: DeploymentFlags): Promise<void> {
  const code = await reporting(terminalIo(), false, () => openTui(named, new AbortController().signal));
  // Sockets that are kept alive must not hold the process.
  process.exit(code);
}
