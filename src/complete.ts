import { findDeployment } from './config/deployment.ts';
import { deploymentSources } from './config/deployment-sources.ts';
import { directories } from './config/directories.ts';
import { needsAgreement } from './config/plain-http.ts';
import { connect } from './connect.ts';
import { titleOf } from './domain/task.ts';
import { systemClock } from './platform/clock.ts';
import { shellLines, wordsOfBash } from './script/completion/shell-lines.ts';
import { type Candidate, type Wanted, wantedAt } from './script/completion/wanted.ts';

/** The shell blocks the keyboard until its candidates are there, ms. */
const LIMIT_MS = 3_000;

/**
 * What `taskdeck completion`'s scripts get for a command line, one candidate a line. `words` are `bash`, the value of
 * COMP_WORDBREAKS and the line up to the cursor; or `zsh` or `fish`, `--` and the words up to the cursor. Starts no server
 * and asks no question; what cannot be found out is not offered.
 */
export async function candidateLines(
  [shell = '', ...rest]: readonly string[],
  interrupted: AbortSignal,
): Promise<readonly string[]> {
  const [wordBreaks = '', line = ''] = rest;
  const wanted = wantedAt(shell === 'bash' ? wordsOfBash(line) : rest.slice(1));
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(LIMIT_MS)]);
  const source = await candidates(wanted, signal).catch(() => []);
  return shellLines(shell, { ...wanted, source }, wordBreaks);
}

async function candidates(
  { source, deployment: chosen, plainHttp }: Wanted,
  signal: AbortSignal,
): Promise<readonly Candidate[] | 'directory'> {
  if (typeof source !== 'string' || source === 'directory') return source;
  const where = deploymentSources(chosen, process.env);
  if (source === 'profile') {
    return where.profiles().all.map(({ name, url }) => ({ value: name, description: url }));
  }
  const deployment = await findDeployment(where, signal);
  if (needsAgreement(deployment, plainHttp)) return [];
  const backend = connect({
    deployment,
    stateDir: directories(process.env).state,
    version: TASKDECK_VERSION,
    env: process.env,
    clock: systemClock,
    startLocalServer: false,
  });
  if (source === 'template') {
    const templates = await backend.templates(signal);
    return templates.map(({ name, displayName }) => ({ value: name, description: displayName }));
  }
  const tasks = await backend.list({ owner: 'me' }, signal);
  return tasks.map((task) => ({
    value: task.name,
    description: titleOf(task) === task.name ? '' : titleOf(task),
  }));
}
