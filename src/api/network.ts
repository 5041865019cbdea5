import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { type Socket, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import { UsageError } from '../domain/errors.ts';
import { systemReason } from '../platform/system-error.ts';
import { isHandshaking } from './handshake.ts';
import { happyEyeballs } from './happy-eyeballs.ts';
import { bypassesProxy } from './no-proxy.ts';
import { reuseSocketBuffer } from './reusable-socket-buffer.ts';
import { sendTimeoutMs, type Timeouts } from './timeouts.ts';

/** Environment variables, handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ProxyInUse {
  /** May hold a password: show only its host. */
  readonly url: URL;
  /** The environment variable that names it, as it is written. */
  readonly variable: string;
}

/** The way to a deployment. */
export interface NetworkConfig {
  /** The proxy that requests go through; null for none. */
  readonly proxy: ProxyInUse | null;
  /** False where every certificate is taken for good: `NODE_TLS_REJECT_UNAUTHORIZED` is 0. */
  readonly verifiesCertificates: boolean;
  /** Certificates of authorities that are trusted besides those that Node trusts, as PEM; null for none. */
  readonly extraCertificates: string | null;
}

/**
 * What the environment says about the way to `url`: `HTTPS_PROXY` or `HTTP_PROXY` by its scheme, `NO_PROXY`, and
 * `SSL_CERT_FILE`, and `NODE_TLS_REJECT_UNAUTHORIZED`. What else Node reads, such as `NODE_EXTRA_CA_CERTS`, is left to it.
 * @throws UsageError without any value in it that could be a secret
 */
export function networkConfigFrom(env: Environment, url: string): NetworkConfig {
  const target = new URL(url);
  return {
    proxy: proxyFor(target, env),
    verifiesCertificates: env.NODE_TLS_REJECT_UNAUTHORIZED !== '0',
    extraCertificates: extraCertificatesFor(target, env),
  };
}

/** A variable and its value, which is empty where neither is set. In lower case first, as everywhere where both are known. */
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
      `${variable} names no proxy that taskdeck can use: write it like http://proxy.example.com:3128.`,
    );
  }
  // Node's agents speak to proxies since the versions that have this flag; older ones would silently go past it.
  if (!process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    throw new UsageError(
      `${variable} is set, and this Node (${process.version}) knows no proxies: use 22.21 or newer, or 24.5 or newer.`,
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
      `SSL_CERT_FILE names ${file}, which cannot be read: ${systemReason(error)}. Correct SSL_CERT_FILE, or unset it.`,
    );
  }
  try {
    // OpenSSL passes over what it cannot read, and the trouble would only show as a server that is not trusted.
    new X509Certificate(text);
  } catch {
    throw new UsageError(
      `SSL_CERT_FILE names ${file}, which holds no certificate in PEM form. Correct it, or unset it.`,
    );
  }
  return text;
}

/** Of the protocol that is spoken. */
export interface Agents {
  readonly http?: HttpAgent;
  readonly https?: HttpsAgent;
}

/** How long each address of a proxy with several of them gets, ms. Node's agents try those one after the other. */
const PROXY_ATTEMPT_MS = 2_500;

/**
 * A pool of connections to `url`. `isShared` says whether a later request may use the connection of an earlier one. A
 * proxy may take as long to make a way through as everything before the answer.
 */
export function createAgents(
  { proxy, verifiesCertificates, extraCertificates }: NetworkConfig,
  url: string,
  timeouts: Timeouts,
  isPooled: boolean,
): Agents {
  if (proxy !== null) setDefaultAutoSelectFamilyAttemptTimeout(PROXY_ATTEMPT_MS);
  const options = {
    // This also has the kernel probe the line, so that waiting for an agent's turn ends when the line is dead.
    keepAlive: true,
    ...(proxy === null
      ? {}
      : {
          proxyEnv: { HTTP_PROXY: proxy.url.href, HTTPS_PROXY: proxy.url.href },
          timeout: sendTimeoutMs(timeouts),
        }),
  };
  // Through a proxy the connection is another one than Node's own.
  const prepare = <Kind extends HttpAgent>(agent: Kind): Kind => {
    const usable = poolOnlyUsable(agent, isPooled);
    return proxy === null ? happyEyeballs(reuseSocketBuffer(usable), timeouts) : usable;
  };
  if (new URL(url).protocol === 'http:') return { http: prepare(new HttpAgent(options)) };
  const trust = extraCertificates === null ? {} : { secureContext: secureContextWith(extraCertificates) };
  // got asks for no check of its own, which would hide Node's variable.
  return {
    https: prepare(new HttpsAgent({ ...options, ...trust, rejectUnauthorized: verifiesCertificates })),
  };
}

/**
 * Has the agent keep only connections that a later request can use. Node also keeps one whose request was cancelled
 * before it got the connection, even if that request asked to close it.
 */
function poolOnlyUsable<Kind extends HttpAgent>(agent: Kind, isPooled: boolean): Kind {
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (stream) => {
    const socket = stream as Socket;
    return isPooled && !socket.connecting && !isHandshaking(socket) && keep(socket);
  };
  return agent;
}

/** Ends the connections that no request uses at the moment. */
export function closeIdleConnections({ http, https }: Agents): void {
  for (const agent of [http, https])
    for (const sockets of Object.values(agent?.freeSockets ?? {}))
      for (const socket of sockets ?? []) socket.destroy();
}

/** A context rather than a list of certificates, which would become part of every connection's name in the pool. */
const secureContextWith = (authorities: string): SecureContext =>
  tls.createSecureContext({ ca: [...nodeCertificates(), authorities] });

/** With those of NODE_EXTRA_CA_CERTS where Node tells them; a list of one's own replaces Node's. */
function nodeCertificates(): readonly string[] {
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates('default');
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  try {
    return extra ? [...tls.rootCertificates, readFileSync(extra, 'utf8')] : tls.rootCertificates;
  } catch {
    // Node has warned about it already.
    return tls.rootCertificates;
  }
}
