import { UsageError } from '../domain/errors.ts';

/**
 * A deployment's URL as people write it, made whole: `https://` in front when there is no scheme (`http://` for this
 * machine, as Coder's own command line does), no slash at the end.
 * @param source what to call it in the error, such as `--url`
 * @throws UsageError when it is no URL of a web server, or has a user name or password in it
 */
export function deploymentUrl(text: string, source: string): string {
  const trimmed = text.trim();
  const url = parse(trimmed);
  if (url === null) {
    throw new UsageError(`${source} is not a URL: "${trimmed}". Write it like https://coder.example.com.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      `${source} has a user name or password in it: leave them out, and sign in with "taskdeck login".`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Scheme, host and port: what a token belongs to. */
export const originOf = (url: string): string => new URL(url).origin;

/** What is sent there can be read on the way: not encrypted, and not on this machine. */
export function isExposed(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

function parse(text: string): URL | null {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return null;
  const url = new URL(whole);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  return whole === text || !isLoopback(url.hostname) ? url : new URL(`http://${text}`);
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(\.\d{1,3}){3}$/.test(hostname);
