import path from 'node:path';
import { sentenceOf } from '../domain/errors.ts';
import type { Fact } from '../domain/fact.ts';
import { findFault } from '../platform/own-directory.ts';
import { agentFaults } from './agents.ts';
import type { CoderLogin } from './coder-login.ts';
import { readConfigFile } from './config-file.ts';
import type { Deployment, DeploymentSources } from './deployment.ts';
import { type Directories, STATE_VARIABLE } from './directories.ts';
import { variable } from './environment.ts';
import type { LocalServerStatus } from './local-server.ts';
import { type KeyFaultsIn, settingsFaults } from './settings.ts';

/** What was found on this machine that decides how taskdeck works, each with where it was found. */
export function configFacts(
  sources: DeploymentSources,
  places: Directories,
  keyFaults: KeyFaultsIn = () => [],
): readonly Fact[] {
  return [
    plain('files', 'config directory', places.config),
    ...configFileFacts(places.config, keyFaults),
    stateFact(places.state),
    ...environmentFacts(sources),
    ...profileFacts(sources),
    ...coderFacts(sources),
  ];
}

function stateFact(directory: string): Fact {
  const fault = findFault(directory, STATE_VARIABLE);
  return fault === null
    ? plain('files', 'state directory', directory)
    : bad('files', 'state directory', fault.message);
}

/** What would be used; `found` is what looking for it threw, where it did. */
export function deploymentFacts(found: Deployment | Error): readonly Fact[] {
  if (found instanceof Error) return [bad('deployment', 'used', sentenceOf(found))];
  if (found.kind === 'local') {
    const why = found.from === '--local' ? '--local' : 'no deployment was found';
    return [good('deployment', 'used', `the task server on this machine, because: ${why}`)];
  }
  return [
    good('deployment', 'used', `${found.url}, from ${found.from.url}`),
    good(
      'deployment',
      'token',
      `from ${found.from.token}${found.profile === null ? '' : ` (${found.profile})`}`,
    ),
    ...(found.exposed
      ? [
          bad(
            'deployment',
            'encryption',
            `none: the token can be read on its way; use https${found.agreed ? '' : ', or say --plain-http if you mean it'}`,
          ),
        ]
      : []),
  ];
}

/** Whether the local server runs; if not, the templates that it would have. */
export function localServerFacts(
  status: LocalServerStatus | Error,
  templates: readonly string[],
): readonly Fact[] {
  if (status instanceof Error) return [bad('local server', 'running', sentenceOf(status))];
  if (status.running) {
    const { pid, version } = status.server;
    return [good('local server', 'running', `process ${pid}, taskdeck ${version}`)];
  }
  if (status.silent) return [bad('local server', 'running', status.sentence)];
  return [
    plain('local server', 'running', 'no; taskdeck starts it when a task needs it'),
    plain('local server', 'templates', templates.join(', ')),
  ];
}

/** One row for each fault. */
function configFileFacts(directory: string, keyFaults: KeyFaultsIn): readonly Fact[] {
  const file = path.join(directory, 'config.jsonc');
  try {
    const config = readConfigFile(directory);
    if (config === null) return [plain('files', 'config file', `none (${file})`)];
    const faults = [...settingsFaults(config, keyFaults), ...agentFaults(config)];
    if (faults.length === 0) return [good('files', 'config file', file)];
    return faults.map((fault) => bad('files', 'config file', config.problem(fault).message));
  } catch (error) {
    return [bad('files', 'config file', sentenceOf(error))];
  }
}

/** Variables that can hold secrets are only said to be there. */
function environmentFacts({ env }: DeploymentSources): readonly Fact[] {
  const open = [
    'CODER_URL',
    'CODER_CONFIG_DIR',
    'NO_PROXY',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'NODE_EXTRA_CA_CERTS',
    'NODE_USE_SYSTEM_CA',
  ];
  const secret = ['CODER_SESSION_TOKEN', 'CODER_HEADER', 'CODER_HEADER_COMMAND', 'HTTPS_PROXY', 'HTTP_PROXY'];
  const given = (name: string) => variable(env, name) ?? variable(env, name.toLowerCase());
  return [
    ...open.map((name) => ({ name, value: given(name) })),
    ...secret.map((name) => ({ name, value: given(name) && 'set' })),
  ]
    .filter((fact): fact is { name: string; value: string } => fact.value !== undefined)
    .map(({ name, value }) => plain('environment', name, withoutPassword(value)))
    .concat(env.NODE_TLS_REJECT_UNAUTHORIZED === '0' ? [UNCHECKED] : []);
}

const UNCHECKED: Fact = {
  topic: 'environment',
  name: 'NODE_TLS_REJECT_UNAUTHORIZED',
  value:
    'certificates are not checked: anybody on the way can read the token; name your authority in SSL_CERT_FILE',
  ok: false,
};

function profileFacts(sources: DeploymentSources): readonly Fact[] {
  try {
    const { all, current, file } = sources.profiles();
    if (all.length === 0) return [plain('profiles', 'kept', 'none')];
    return [
      plain('profiles', 'file', file),
      ...all.map(({ name, url }) =>
        plain('profiles', name, `${url}${name === current?.name ? ', the current one' : ''}`),
      ),
    ];
  } catch (error) {
    return [bad('profiles', 'file', sentenceOf(error))];
  }
}

function coderFacts(sources: DeploymentSources): readonly Fact[] {
  const login = attemptLogin(sources);
  if (login instanceof Error) return [bad('coder login', 'found', sentenceOf(login))];
  if (login === null) return [plain('coder login', 'found', 'nothing')];
  return [
    plain('coder login', 'directory', login.directory),
    plain('coder login', 'url', withoutPassword(login.url)),
    plain(
      'coder login',
      'token',
      login.token === null ? 'not in a file: its command line is asked' : 'in a file',
    ),
  ];
}

function attemptLogin(sources: DeploymentSources): CoderLogin | Error | null {
  try {
    return sources.coderLogin();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A URL that somebody put a password into is shown without it. */
const withoutPassword = (text: string): string => text.replaceAll(/\/\/[^/@\s]*@/g, '//…@');

const plain = (topic: string, name: string, value: string): Fact => ({ topic, name, value, ok: null });
const good = (topic: string, name: string, value: string): Fact => ({ topic, name, value, ok: true });
const bad = (topic: string, name: string, value: string): Fact => ({ topic, name, value, ok: false });
