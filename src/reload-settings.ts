import { keyNames } from './commands/command-registry.ts';
import type { Deployment } from './config/deployment.ts';
import { otherDeployments } from './config/known-deployments.ts';
import type { SettingsChange, SettingsSource } from './config/settings-source.ts';
import { watchFiles } from './config/watch-files.ts';
import { UsageError } from './domain/errors.ts';
import type { Clock } from './domain/ports/clock.ts';
import { isUpdateError } from './domain/update-error.ts';
import type { Store } from './store/store.ts';

export interface ReloadOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: SettingsSource;
  readonly configDirectory: string;
  readonly deployment: Deployment;
  /** Polls the server now. */
  readonly refresh: () => void;
}

/**
 * Applies changes of the config file to the running screen, and offers added profiles. A notice names the settings that
 * changed, or the line and field of a fault, until it is corrected. Returns a function that stops it.
 */
export function startReloadingSettings({
  store,
  clock,
  settings,
  configDirectory,
  deployment,
  refresh,
}: ReloadOptions): () => void {
  let isStopped = false;
  let shownFault = settings.fault;

  async function reload(): Promise<void> {
    const change = await settings.reload();
    if (isStopped) return;
    const { current, fault } = settings;
    const now = clock.now();
    const wasFaulty = shownFault !== null;
    if (fault !== null && fault === shownFault) return;
    if (shownFault !== null && shownFault !== fault)
      store.dispatch({ type: 'notice-withdrawn', text: shownFault });
    shownFault = fault;
    if (fault !== null) return store.dispatch({ type: 'notice-queued', text: fault, now });
    const text = changeText(change, wasFaulty);
    if (text === null) return;
    store.dispatch(
      { type: 'settings-changed', settings: current, keyNames: keyNames(current.keys) },
      { type: 'notice-queued', tone: 'good', text, now },
    );
    // The polls that wait have the old intervals.
    if (change.applied.includes('poll')) refresh();
  }

  /** The part that reads the file loads when it is needed, and an update can have removed it. */
  function reportFailure(error: unknown): void {
    if (!isUpdateError(error)) return store.report(error);
    store.dispatch({ type: 'notice-queued', text: error.message, now: clock.now() });
  }

  function reloadProfiles(): void {
    try {
      const deployments = otherDeployments(configDirectory, deployment);
      store.dispatch({ type: 'deployments-changed', otherDeployments: deployments });
    } catch (error) {
      // A file that is not complete yet. The start reports faults that stay.
      if (!(error instanceof UsageError)) throw error;
    }
  }

  const stop = watchFiles(configDirectory, ['config.jsonc', 'profiles.json'], clock, (name) => {
    if (name === 'config.jsonc') reload().catch(reportFailure);
    else reloadProfiles();
  });
  // The file may have changed while the screen opened.
  reload().catch(reportFailure);
  return () => {
    isStopped = true;
    stop();
  };
}

/** The notice about a change; null for none. */
function changeText({ applied, atNextStart }: SettingsChange, wasFaulty: boolean): string | null {
  const sentences = [
    ...(applied.length === 0 ? [] : [`Settings applied: ${applied.join(', ')}.`]),
    ...(atNextStart.length === 0 ? [] : [`Restart taskdeck to apply: ${atNextStart.join(', ')}.`]),
  ];
  if (sentences.length === 0) return wasFaulty ? 'The settings have no errors any more.' : null;
  return sentences.join(' ');
}
