import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type Socket, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import type { SecureContext } from 'node:tls';
import tls from 'node:tls';
import { UsageError } from '../domain/errors.ts';
import { systemReason } from '../platform/system-error.ts';
import { happyEyeballs, isHandshaking } from './happy-eyeballs.ts';
import { bypassesProxy } from './no-proxy.ts';
import { reuseSocketBuffer } from './stream-response.ts';
import { sendTimeoutMs, type Timeouts } from './timeouts.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxyInUse {
  /** May contain a password: show only its host. */
  readonly url: URL;
  /** The environment variable that names it. */
  readonly variable: string;
}

export interface NetworkConfig {
  readonly proxy: ProxyInUse | null;
  /** False when `NODE_TLS_REJECT_UNAUTHORIZED` is 0. */
  readonly verifiesCertificates: boolean;
  /** PEM certificates of authorities to trust in addition to Node's; null for none. */
  readonly extraCertificates: string | null;
}

/**
 * Reads `HTTPS_PROXY` or `HTTP_PROXY` (by the scheme of `url`), `NO_PROXY`, `SSL_CERT_FILE` and
 * `NODE_TLS_REJECT_UNAUTHORIZED`. Node itself reads the others, such as `NODE_EXTRA_CA_CERTS`.
 * @throws UsageError without any secret in its message
 */
export function networkConfigFrom(env: Environment, url: string): NetworkConfig {
  const target = new URL(url);
  return {
    proxy: proxyFor(target, env),
    verifiesCertificates: env.NODE_TLS_REJECT_UNAUTHORIZED !== '0',
    extraCertificates: extraCertificatesFor(target, env),
  };
}

/** The lower-case variable wins, as in curl; `text` is empty when neither is set. */
function envVariable(env: Environment, name: string): { readonly variable: string; readonly text: string } {
  const lower = env[name.toLowerCase()]?.trim() ?? '';
  return lower === ''
    ? { variable: name, text: env[name]?.trim() ?? '' }
    : { variable: name.toLowerCase(), text: lower };
}

function proxyFor(target: URL, env: Environment): ProxyInUse | null {
  const { variable, text } = envVariable(env, target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (text === '' || bypassesProxy(target, envVariable(env, 'NO_PROXY').text)) return null;
  const proxy = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (
    proxy === null ||
    (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') ||
    proxy.hostname === ''
  ) {
    throw new UsageError(
      `${variable} is not a valid proxy URL. Write it like http://proxy.example.com:3128.`,
    );
  }
  // Older versions of Node would ignore the proxy without an error.
  if (!process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    throw new UsageError(
      `${variable} is set, but this Node (${process.version}) does not support proxies. Use Node 22.21 or newer, or 24.5 or newer.`,
    );
  }
  return { url: proxy, variable };
}

function extraCertificatesFor(target: URL, env: Environment): string | null {
  const file = env.SSL_CERT_FILE?.trim() ?? '';
  if (file === '' || target.protocol !== 'https:') return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `Cannot read ${file}, which SSL_CERT_FILE names: ${systemReason(error)}. Correct SSL_CERT_FILE, or unset it.`,
    );
  }
  try {
    // OpenSSL ignores invalid files; the only symptom would be an untrusted server.
    new X509Certificate(text);
  } catch {
    throw new UsageError(
      `${file}, which SSL_CERT_FILE names, contains no PEM certificate. Correct SSL_CERT_FILE, or unset it.`,
    );
  }
  return text;
}

export interface Agents {
  readonly http?: HttpAgent;
  readonly https?: HttpsAgent;
}

/** Time for each address of a proxy, ms. Node's agents try them one after the other. */
const PROXY_ATTEMPT_MS = 2_500;

/**
 * Agents for connections to `url`. `isPooled`: later requests may reuse a connection. A proxy gets the sum of all
 * timeouts before the response to connect.
 */
export function createAgents(
  { proxy, verifiesCertificates, extraCertificates }: NetworkConfig,
  url: string,
  timeouts: Timeouts,
  isPooled: boolean,
): Agents {
  if (proxy !== null) setDefaultAutoSelectFamilyAttemptTimeout(PROXY_ATTEMPT_MS);
  const options = {
    // Also turns on TCP keep-alive, so that a long wait for a response ends when the connection is dead.
    keepAlive: true,
    ...(proxy === null
      ? {}
      : {
          proxyEnv: { HTTP_PROXY: proxy.url.href, HTTPS_PROXY: proxy.url.href },
          timeout: sendTimeoutMs(timeouts),
        }),
  };
  // Node creates connections through a proxy in another way.
  const prepare = <Kind extends HttpAgent>(agent: Kind): Kind => {
    const usable = poolOnlyUsable(agent, isPooled);
    return proxy === null ? happyEyeballs(reuseSocketBuffer(usable), timeouts) : usable;
  };
  if (new URL(url).protocol === 'http:') return { http: prepare(new HttpAgent(options)) };
  const trust = extraCertificates === null ? {} : { secureContext: secureContextWith(extraCertificates) };
  // Without this got would override Node's variable.
  return {
    https: prepare(new HttpsAgent({ ...options, ...trust, rejectUnauthorized: verifiesCertificates })),
  };
}

/**
 * Pools only usable connections. Node also pools one whose request was aborted while connecting, despite `connection:
 * close`.
 */
function poolOnlyUsable<Kind extends HttpAgent>(agent: Kind, isPooled: boolean): Kind {
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (stream) => {
    const socket = stream as Socket;
    return isPooled && !socket.connecting && !isHandshaking(socket) && keep(socket);
  };
  return agent;
}

export function closeIdleConnections({ http, https }: Agents): void {
  for (const agent of [http, https])
    for (const sockets of Object.values(agent?.freeSockets ?? {}))
      for (const socket of sockets ?? []) socket.destroy();
}

/** Node puts a list of certificates, but not a context, into the pool key of every connection. */
const secureContextWith = (authorities: string): SecureContext =>
  tls.createSecureContext({ ca: [...nodeCertificates(), authorities] });

/** Node's default certificates and those of NODE_EXTRA_CA_CERTS, which a `ca` option would replace. */
function nodeCertificates(): readonly string[] {
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates('default');
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  try {
    return extra ? [...tls.rootCertificates, readFileSync(extra, 'utf8')] : tls.rootCertificates;
  } catch {
    // Node has already printed a warning.
    return tls.rootCertificates;
  }
}
