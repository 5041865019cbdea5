import { findDeployment } from './config/deployment.ts';
import { deploymentInputs } from './config/deployment-inputs.ts';
import { directories } from './config/directories.ts';
import { needsPlainHttpConsent } from './config/plain-http.ts';
import { runCommand } from './config/run-command.ts';
import { connect } from './connect.ts';
import type { AgentBackend } from './domain/ports/backend.ts';
import type { ListQuery } from './domain/ports/source.ts';
import { listAllSources } from './domain/sources.ts';
import { CHATS, titleOf } from './domain/task.ts';
import { systemClock } from './platform/clock.ts';
import { chatsOf, chooseOrganization, modelArgument } from './script/chat-options.ts';
import {
  type Candidate,
  type CompletionContext,
  completionContextAt,
} from './script/completion/completion-context.ts';
import { bashWords, completionLines } from './script/completion/shell-lines.ts';

/** The shell blocks the keyboard until it has the candidates, ms. */
const TIMEOUT_MS = 3_000;

/** Branches and tags at most. */
const MAX_REFS = 300;

/**
 * The candidates for the shell scripts of `taskdeck completion`, one a line. The arguments are `bash`, the value of
 * COMP_WORDBREAKS and the line up to the cursor; or `zsh` or `fish`, `--` and the words up to the cursor. Starts no
 * server and does not prompt; a failure means no candidates.
 */
export async function candidateLines(
  [shell = '', ...rest]: readonly string[],
  interrupted: AbortSignal,
): Promise<readonly string[]> {
  const [wordBreaks = '', line = ''] = rest;
  const wanted = completionContextAt(shell === 'bash' ? bashWords(line) : rest.slice(1));
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(TIMEOUT_MS)]);
  const source = await findCandidates(wanted, signal).catch(() => []);
  return completionLines(shell, { ...wanted, source }, wordBreaks);
}

async function findCandidates(
  { source, deployment: chosen, plainHttp, directory }: CompletionContext,
  signal: AbortSignal,
): Promise<readonly Candidate[] | 'directory' | 'file'> {
  if (typeof source !== 'string' || source === 'directory' || source === 'file') return source;
  if (source === 'git-ref') return gitRefs(directory, signal);
  const inputs = deploymentInputs(chosen, process.env);
  if (source === 'profile') {
    return inputs.profiles().all.map(({ name, url }) => ({ value: name, description: url }));
  }
  const deployment = await findDeployment(inputs, signal);
  if (needsPlainHttpConsent(deployment, plainHttp)) return [];
  // A chat on this machine works in a directory.
  if (deployment.kind === 'local' && source === 'workspace') return 'directory';
  const backend = connect({
    deployment,
    stateDir: directories(process.env).state,
    version: TASKDECK_VERSION,
    env: process.env,
    clock: systemClock,
    startLocalServer: false,
  });
  switch (source) {
    case 'template':
      return (await backend.templates(signal)).map(({ name, displayName }) => ({
        value: name,
        description: displayName,
      }));
    case 'model': {
      const { id } = chooseOrganization(await backend.organizations(signal), undefined);
      const models = (await chatsOf(backend)?.models?.(id, signal)) ?? [];
      return models
        .filter(({ unavailable }) => unavailable === null)
        .map((model) => ({ value: modelArgument(model, models), description: model.provider }));
    }
    case 'workspace':
      return (await backend.workspaces(signal)).map(({ name, templateName }) => ({
        value: name,
        description: templateName,
      }));
    default:
      return taskCandidates(backend, source === 'archived-chat', signal);
  }
}

/** The branches and tags of a repository, the newest first. */
async function gitRefs(directory: string, signal: AbortSignal): Promise<readonly Candidate[]> {
  const fields = '--format=%(refname:short)%09%(subject)';
  const where = ['refs/heads', 'refs/remotes', 'refs/tags'];
  const args = [
    '-C',
    directory,
    'for-each-ref',
    fields,
    '--sort=-creatordate',
    `--count=${MAX_REFS}`,
    ...where,
  ];
  const text = await runCommand('git', args, { env: process.env, timeoutMs: TIMEOUT_MS, signal });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [value = '', description = ''] = line.split('\t');
      return { value, description };
    });
}

async function taskCandidates(
  backend: AgentBackend,
  archived: boolean,
  signal: AbortSignal,
): Promise<readonly Candidate[]> {
  const [first, ...others] = backend.sources.filter(({ id }) => !archived || id === CHATS);
  if (first === undefined) return [];
  const query: ListQuery = { owner: 'me', ...(archived && { archived }) };
  const { tasks } = await listAllSources({ sources: [first, ...others] }, query, signal);
  return tasks.map((task) => ({
    value: task.name,
    description: titleOf(task) === task.name ? '' : titleOf(task),
  }));
}
