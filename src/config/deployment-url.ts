import { UsageError } from '../domain/errors.ts';

/**
 * The URL of a deployment from a typed or pasted address, without a trailing slash. Accepts quotes, angle brackets, the
 * path of a page of the web UI, and a missing scheme (`http://` for this machine, as in Coder's CLI).
 * @param source name of the address in the error, such as `--url`
 * @throws UsageError for an invalid URL, or one with a user name or password
 */
export function deploymentUrl(text: string, source: string): string {
  const address = text.trim().replace(SURROUNDING_PUNCTUATION, '');
  const url = parseAddress(address);
  if (url === null) {
    throw new UsageError(
      `${source} is not a URL: "${withoutPassword(address)}". Write it like https://coder.example.com.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      `${source} contains a user name or password. Leave them out, and sign in with "taskdeck login".`,
    );
  }
  // Certificates do not contain the trailing dot of a fully qualified name.
  url.hostname = url.hostname.replace(/\.$/, '');
  return `${url.origin}${deploymentPath(url.pathname)}`;
}

/** Scheme, host and port: the scope of a token. */
export const originOf = (url: string): string => new URL(url).origin;

/** Whether it is plain http to another machine. */
export function isUnencrypted(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

/** Quotes, brackets and punctuation around an address in mail, chats and documents. */
const SURROUNDING_PUNCTUATION = /^[\s"'`<({«“”‘’„]+|[\s"'`>)}»“”‘’.,;!]+$/gu;

const withoutPassword = (text: string): string => text.replaceAll(/\/\/[^/@\s]*@/g, '//…@');

function parseAddress(address: string): URL | null {
  // Accepts typing mistakes: one slash, or no colon.
  const [, scheme, rest] = /^(https?)(?::[\\/]*|[\\/]{2})(.*)$/is.exec(address) ?? [];
  if (scheme !== undefined) return URL.parse(`${scheme}://${rest}`);
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(address)) return null;
  const name = address.replace(/^\/\//, '');
  const url = URL.parse(`https://${name}`);
  return url !== null && isLoopback(url.hostname) ? URL.parse(`http://${name}`) : url;
}

/** The first path part of every page of Coder's web UI and API. Pages of users start with @. */
const WEB_UI_PAGES: ReadonlySet<string> = new Set([
  'agents',
  'aibridge',
  'api',
  'audit',
  'chats',
  'cli-auth',
  'connectionlog',
  'create-organization',
  'deployment',
  'external-auth',
  'gitauth',
  'groups',
  'health',
  'icons',
  'install',
  'login',
  'oauth2',
  'organizations',
  'provisioners',
  'reset-password',
  'settings',
  'setup',
  'starter-templates',
  'tasks',
  'templates',
  'users',
  'workspaces',
]);

/** The deployment's own path: everything before the page of the web UI, without a trailing slash. */
function deploymentPath(path: string): string {
  const parts = path.split('/').filter(Boolean);
  const page = parts.findIndex((part) => part.startsWith('@') || WEB_UI_PAGES.has(part.toLowerCase()));
  const prefix = page < 0 ? parts : parts.slice(0, page);
  return prefix.map((part) => `/${part}`).join('');
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(\.\d{1,3}){3}$/.test(hostname);
