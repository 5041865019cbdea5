import path from 'node:path';
import type { Diagnostic } from '../domain/diagnostic.ts';
import { errorText } from '../domain/errors.ts';
import { directoryFault } from '../platform/private-directory.ts';
import { allowFaults } from './allow-rules.ts';
import type { CoderLogin } from './coder-login.ts';
import { readConfigFile } from './config-file.ts';
import { agentFaults } from './configured-agents.ts';
import type { Deployment, DeploymentInputs } from './deployment.ts';
import { type Directories, STATE_VARIABLE } from './directories.ts';
import { variable } from './environment.ts';
import type { LocalServerStatus } from './local-server.ts';
import { type FindKeyFaults, settingsFaults } from './settings.ts';
import { worktreeFaults } from './worktree-settings.ts';

/** The configuration on this machine, each value with its source. */
export function configChecks(
  sources: DeploymentInputs,
  { config, state }: Directories,
  keyFaults: FindKeyFaults = () => [],
): readonly Diagnostic[] {
  return [
    info('files', 'config directory', config),
    ...configFileChecks(config, keyFaults),
    stateDirectoryCheck(state),
    ...environmentChecks(sources),
    ...profileChecks(sources),
    ...coderLoginChecks(sources),
  ];
}

function stateDirectoryCheck(directory: string): Diagnostic {
  const fault = directoryFault(directory, STATE_VARIABLE);
  return fault === null
    ? info('files', 'state directory', directory)
    : failed('files', 'state directory', fault.message);
}

/** The deployment that taskdeck would use; `found` may be the error of the search. */
export function deploymentChecks(found: Deployment | Error): readonly Diagnostic[] {
  if (found instanceof Error) return [failed('deployment', 'used', errorText(found))];
  if (found.kind === 'local') {
    const reason = found.from === '--local' ? '--local' : 'no deployment configured';
    return [passed('deployment', 'used', `this machine (${reason})`)];
  }
  return [
    passed('deployment', 'used', `${found.url}, from ${found.from.url}`),
    passed(
      'deployment',
      'token',
      `from ${found.from.token}${found.profile === null ? '' : ` (${found.profile})`}`,
    ),
    ...(found.unencrypted
      ? [
          failed(
            'deployment',
            'encryption',
            `none: others can read the token on the network. Use https${found.plainHttpAllowed ? '' : ', or allow http with --plain-http'}`,
          ),
        ]
      : []),
  ];
}

/** Whether the local server runs; if not, its templates. */
export function localServerChecks(
  status: LocalServerStatus | Error,
  templates: readonly string[],
): readonly Diagnostic[] {
  if (status instanceof Error) return [failed('local server', 'running', errorText(status))];
  if (status.running) {
    const { pid, version, isOlder } = status.server;
    const row = passed('local server', 'running', `process ${pid}, taskdeck ${version}`);
    const advice = 'it is older than this taskdeck. When nothing runs, restart it: taskdeck serve --stop';
    return isOlder ? [row, info('local server', 'version', advice)] : [row];
  }
  if (status.unresponsive) return [failed('local server', 'running', status.message)];
  return [
    info('local server', 'running', 'no; starts when needed'),
    info('local server', 'templates', templates.join(', ')),
  ];
}

/** One row for each fault. */
function configFileChecks(directory: string, keyFaults: FindKeyFaults): readonly Diagnostic[] {
  const file = path.join(directory, 'config.jsonc');
  try {
    const config = readConfigFile(directory);
    if (config === null) return [info('files', 'config file', `none (${file})`)];
    const faults = [
      ...settingsFaults(config, keyFaults),
      ...agentFaults(config),
      ...allowFaults(config),
      ...worktreeFaults(config),
    ];
    if (faults.length === 0) return [passed('files', 'config file', file)];
    return faults.map((fault) => failed('files', 'config file', config.errorFor(fault).message));
  } catch (error) {
    return [failed('files', 'config file', errorText(error))];
  }
}

/** Shows secret variables as `set`. */
function environmentChecks({ env }: DeploymentInputs): readonly Diagnostic[] {
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
    .map(({ name, value }) => info('environment', name, withoutPassword(value)))
    .concat(env.NODE_TLS_REJECT_UNAUTHORIZED === '0' ? [TLS_VERIFICATION_OFF] : []);
}

const TLS_VERIFICATION_OFF: Diagnostic = {
  topic: 'environment',
  name: 'NODE_TLS_REJECT_UNAUTHORIZED',
  value:
    'certificates are not checked, so others can read the token on the network. Set SSL_CERT_FILE to the certificate of your authority',
  ok: false,
};

function profileChecks(sources: DeploymentInputs): readonly Diagnostic[] {
  try {
    const { all, current, file } = sources.profiles();
    if (all.length === 0) return [info('profiles', 'saved', 'none')];
    return [
      info('profiles', 'file', file),
      ...all.map(({ name, url }) =>
        info('profiles', name, `${url}${name === current?.name ? ' (current)' : ''}`),
      ),
    ];
  } catch (error) {
    return [failed('profiles', 'file', errorText(error))];
  }
}

function coderLoginChecks(sources: DeploymentInputs): readonly Diagnostic[] {
  const login = tryCoderLogin(sources);
  if (login instanceof Error) return [failed('coder login', 'found', errorText(login))];
  if (login === null) return [info('coder login', 'found', 'no')];
  return [
    info('coder login', 'directory', login.directory),
    info('coder login', 'url', withoutPassword(login.url)),
    info(
      'coder login',
      'token',
      login.token === null ? 'not in a file; from "coder login token"' : 'in a file',
    ),
  ];
}

function tryCoderLogin(sources: DeploymentInputs): CoderLogin | Error | null {
  try {
    return sources.coderLogin();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const withoutPassword = (text: string): string => text.replaceAll(/\/\/[^/@\s]*@/g, '//…@');

const info = (topic: string, name: string, value: string): Diagnostic => ({ topic, name, value, ok: null });
const passed = (topic: string, name: string, value: string): Diagnostic => ({ topic, name, value, ok: true });
const failed = (topic: string, name: string, value: string): Diagnostic => ({
  topic,
  name,
  value,
  ok: false,
});
