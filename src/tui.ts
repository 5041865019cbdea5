import { keyFault } from './commands/keymap.ts';
import type { DeploymentFlags } from './config/deployment.ts';
import { findDeployment } from './config/deployment.ts';
import { deploymentSources } from './config/deployment-sources.ts';
import { createPrivate, directories } from './config/directories.ts';
import { surviveFileLimit } from './config/file-limit.ts';
import { goTo, otherPlaces } from './config/places.ts';
import { readSettings } from './config/read-settings.ts';
import type { Settings } from './config/settings.ts';
import { type OpeningOptions, openScreen } from './opening.ts';
import { reporting } from './script/output.ts';

/**
 * Opens the screen on the deployment that is named, and on others that the user goes to from there. Resolves to the exit code.
 * @param said what the command line says for this run, whatever the settings are
 * @throws UsageError when no deployment can be found for it, and for a fault in the config file
 */
export async function openTui(
  named: DeploymentFlags,
  signal: AbortSignal,
  said: Partial<Settings> = {},
): Promise<number> {
  surviveFileLimit();
  const { env } = process;
  const { config, state } = directories(env);
  const stateDir = createPrivate(state);
  const settings = { ...(await readSettings(config, keyFault)), ...said };
  let chosen = named;
  for (;;) {
    const deployment = await findDeployment(deploymentSources(chosen, env), signal);
    const places = otherPlaces(config, deployment);
    const options: OpeningOptions = {
      deployment,
      places,
      settings,
      stateDir,
      version: TASKDECK_VERSION,
      env,
    };
    const opened = openScreen(options);
    const { runTui } = await import('./main.tsx');
    const left = await runTui(options, opened);
    if ('code' in left) return left.code;
    chosen = goTo(config, left.goTo.id);
  }
}

/** All of `taskdeck` without a command, for the launcher, at a terminal: reading a whole command line would take as long as drawing. */
export async function main(named: DeploymentFlags): Promise<void> {
  const { stdin, stdout, stderr } = process;
  const io = { stdin, stdout, stderr, isTTY: { stdin: true, stdout: true }, columns: stdout.columns };
  const code = await reporting(io, false, () => openTui(named, new AbortController().signal));
  // Sockets that are kept alive must not hold the process.
  process.exit(code);
}
