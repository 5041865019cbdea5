import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import { UsageError } from '../domain/errors.ts';
import { happyEyeballs } from './happy-eyeballs.ts';
import { goesDirect } from './no-proxy.ts';
import { receivingInPlace } from './read-in-place.ts';
import { beforeAnswer, type Timeouts } from './timeouts.ts';

/** Environment variables, handed in. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The way to a deployment. */
export interface Network {
  /** URL of the proxy that requests go through; null for none. May hold a password: show only its host. */
  readonly proxy: URL | null;
  /** Certificates of authorities that are trusted besides those that Node trusts, as PEM; null for none. */
  readonly authorities: string | null;
}

/**
 * What the environment says about the way to `url`: `HTTPS_PROXY` or `HTTP_PROXY` by its scheme, `NO_PROXY`, and
 * `SSL_CERT_FILE`. `NODE_EXTRA_CA_CERTS` is Node's own and is read by it.
 * @throws UsageError without any value in it that could be a secret
 */
export function networkFrom(env: Environment, url: string): Network {
  const target = new URL(url);
  return { proxy: proxyFor(target, env), authorities: authoritiesFor(target, env) };
}

/** In lower case first, as everywhere where both are known. */
const either = (env: Environment, name: string): string =>
  env[name.toLowerCase()]?.trim() || env[name]?.trim() || '';

function proxyFor(target: URL, env: Environment): URL | null {
  const name = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = either(env, name);
  if (text === '' || goesDirect(target, either(env, 'NO_PROXY'))) return null;
  const proxy = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (
    proxy === null ||
    (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') ||
    proxy.hostname === ''
  ) {
    throw new UsageError(
      `${name} names no proxy that taskdeck can use: write it like http://proxy.example.com:3128.`,
    );
  }
  // Node's agents speak to proxies since the versions that have this flag; older ones would silently go past it.
  if (!process.allowedNodeEnvironmentFlags.has('--use-env-proxy')) {
    throw new UsageError(
      `${name} is set, and this Node (${process.version}) knows no proxies: use 22.21 or newer, or 24.5 or newer.`,
    );
  }
  return proxy;
}

function authoritiesFor(target: URL, env: Environment): string | null {
  const file = env.SSL_CERT_FILE?.trim() ?? '';
  if (file === '' || target.protocol !== 'https:') return null;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new UsageError(`SSL_CERT_FILE names ${file}, which cannot be read (${why}).`);
  }
  try {
    // OpenSSL passes over what it cannot read, and the trouble would only show as a server that is not trusted.
    new X509Certificate(text);
  } catch {
    throw new UsageError(`SSL_CERT_FILE names ${file}, which holds no certificate in PEM form.`);
  }
  return text;
}

/** Of the protocol that is spoken. */
export interface Agents {
  readonly http?: HttpAgent;
  readonly https?: HttpsAgent;
}

/** How long each address of a proxy with several of them gets, ms. Node's agents try those one after the other. */
const PROXY_ADDRESS_MS = 2_500;

/**
 * A pool of connections to `url` that are kept alive. A proxy may take as long to make a way through as everything before
 * the answer. For plain HTTP nothing of TLS is loaded, which takes as long as a request.
 */
export function agentsFor({ proxy, authorities }: Network, url: string, timeouts: Timeouts): Agents {
  if (proxy !== null) setDefaultAutoSelectFamilyAttemptTimeout(PROXY_ADDRESS_MS);
  const options = {
    // This also has the kernel probe the line, so that waiting for an agent's turn ends when the line is dead.
    keepAlive: true,
    ...(proxy === null
      ? {}
      : { proxyEnv: { HTTP_PROXY: proxy.href, HTTPS_PROXY: proxy.href }, timeout: beforeAnswer(timeouts) }),
  };
  // Through a proxy the connection is another one than Node's own.
  const direct = <Kind extends HttpAgent>(agent: Kind): Kind =>
    proxy === null ? happyEyeballs(receivingInPlace(agent), timeouts) : agent;
  if (new URL(url).protocol === 'http:') return { http: direct(new HttpAgent(options)) };
  const trust = authorities === null ? {} : { secureContext: trusting(authorities) };
  return { https: direct(new HttpsAgent({ ...options, ...trust })) };
}

/** Ends the connections that no request uses at the moment. */
export function dropIdle({ http, https }: Agents): void {
  for (const agent of [http, https])
    for (const sockets of Object.values(agent?.freeSockets ?? {}))
      for (const socket of sockets ?? []) socket.destroy();
}

/** A context rather than a list of certificates, which would become part of every connection's name in the pool. */
const trusting = (authorities: string): SecureContext =>
  tls.createSecureContext({ ca: [...trustedByNode(), authorities] });

/** With those of NODE_EXTRA_CA_CERTS where Node tells them; a list of one's own replaces Node's. */
function trustedByNode(): readonly string[] {
  if (typeof tls.getCACertificates === 'function') return tls.getCACertificates('default');
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  try {
    return extra ? [...tls.rootCertificates, readFileSync(extra, 'utf8')] : tls.rootCertificates;
  } catch {
    // Node has warned about it already.
    return tls.rootCertificates;
  }
}
