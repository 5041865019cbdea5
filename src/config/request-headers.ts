import { childEnvironment } from '../domain/child-environment.ts';
import { UsageError } from '../domain/errors.ts';
import { deploymentUrl, originOf } from './deployment-url.ts';
import { type Environment, variable } from './environment.ts';
import { CommandError, runCommand } from './run-command.ts';

/** Headers for proxies in front of a deployment, sent with every request. */
export type RequestHeaders = Readonly<Record<string, string>>;

const COMMAND_TIMEOUT_MS = 60_000;

/**
 * The headers of `CODER_HEADER` (`key=value`, comma-separated, quoted as in CSV) and of the output of
 * `CODER_HEADER_COMMAND` (one `key=value` a line); the last one of a name counts. They may contain secrets: if
 * `CODER_URL` is set, only its deployment gets them.
 * @throws UsageError without a header's value in its message
 */
export async function requestHeaders(
  url: string,
  env: Environment,
  signal: AbortSignal,
): Promise<RequestHeaders> {
  const named = variable(env, 'CODER_URL');
  if (named !== undefined && originOf(deploymentUrl(named, 'CODER_URL')) !== originOf(url)) return {};
  const listed = csvFields(variable(env, 'CODER_HEADER') ?? '').map((text) =>
    parseHeader(text, 'CODER_HEADER'),
  );
  const command = variable(env, 'CODER_HEADER_COMMAND');
  const printed = command === undefined ? [] : await headersFromCommand(command, url, env, signal);
  return Object.fromEntries([...listed, ...printed]);
}

async function headersFromCommand(
  command: string,
  url: string,
  env: Environment,
  signal: AbortSignal,
): Promise<readonly (readonly [string, string])[]> {
  const [shell, flag] = process.platform === 'win32' ? ['cmd.exe', '/c'] : ['sh', '-c'];
  const options = {
    // The command does not need the token.
    env: { ...childEnvironment(env), CODER_URL: url },
    timeoutMs: COMMAND_TIMEOUT_MS,
    signal,
  };
  const output = await runCommand(shell, [flag, command], options).catch((error: unknown) => {
    if (!(error instanceof CommandError)) throw error;
    throw new UsageError(`CODER_HEADER_COMMAND failed (${error.message}). Run it yourself to see why.`);
  });
  return output
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => parseHeader(line, 'CODER_HEADER_COMMAND'));
}

/** Accepts only valid headers by RFC 9110. */
function parseHeader(text: string, source: string): readonly [name: string, value: string] {
  const end = text.indexOf('=');
  const name = text.slice(0, Math.max(0, end)).trim();
  const value = text.slice(end + 1).trim();
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw new UsageError(`${source} contains an invalid header. Write each header as Name=value.`);
  }
  return [name.toLowerCase(), value];
}

/** The fields of one CSV line. */
function csvFields(line: string): readonly string[] {
  const fields = line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return [...fields]
    .map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain)
    .filter((field) => field.trim() !== '');
}
