import { UsageError } from '../domain/errors.ts';

/**
 * The URL of a deployment from an address as people write or paste it: in quotes or angle brackets, with the page of the
 * web UI that was open, without a scheme (`http://` for this machine, as Coder's own command line does). No slash at the
 * end.
 * @param source what to call it in the error, such as `--url`
 * @throws UsageError when it is no URL of a web server, or has a user name or password in it
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
      `${source} has a user name or password in it: leave them out, and sign in with "taskdeck login".`,
    );
  }
  // The dot of a fully qualified name; certificates are issued without it.
  url.hostname = url.hostname.replace(/\.$/, '');
  return `${url.origin}${deploymentPath(url.pathname)}`;
}

/** Scheme, host and port: what a token belongs to. */
export const originOf = (url: string): string => new URL(url).origin;

/** What is sent there can be read on the way: not encrypted, and not on this machine. */
export function isUnencrypted(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

/** What mail, chat and word processors put around an address, and punctuation of the sentence that it ended. */
const SURROUNDING_PUNCTUATION = /^[\s"'`<({«“”‘’„]+|[\s"'`>)}»“”‘’.,;!]+$/gu;

const withoutPassword = (text: string): string => text.replaceAll(/\/\/[^/@\s]*@/g, '//…@');

function parseAddress(address: string): URL | null {
  // With one slash, or without the colon, as typed by hand.
  const [, scheme, rest] = /^(https?)(?::[\\/]*|[\\/]{2})(.*)$/is.exec(address) ?? [];
  if (scheme !== undefined) return URL.parse(`${scheme}://${rest}`);
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(address)) return null;
  const name = address.replace(/^\/\//, '');
  const url = URL.parse(`https://${name}`);
  return url !== null && isLoopback(url.hostname) ? URL.parse(`http://${name}`) : url;
}

/** The first part of the path of every page of Coder's web UI, and of its API. A user's pages begin with @. */
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

/** The path that the deployment lives under: what comes before the page of the web UI, without a slash at its end. */
function deploymentPath(path: string): string {
  const parts = path.split('/').filter(Boolean);
  const page = parts.findIndex((part) => part.startsWith('@') || WEB_UI_PAGES.has(part.toLowerCase()));
  const kept = page < 0 ? parts : parts.slice(0, page);
  return kept.map((part) => `/${part}`).join('');
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127(\.\d{1,3}){3}$/.test(hostname);
