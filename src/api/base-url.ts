import { UsageError } from '../domain/errors.ts';

/** The address of a deployment. */
export interface BaseUrl {
  /** Scheme, host and port; safe to show. */
  readonly origin: string;
  /** Host and port, without the scheme. */
  readonly host: string;
  /** Path of the deployment: empty, or with a leading and without a trailing slash. */
  readonly prefix: string;
}

/**
 * Parses the URL of a deployment. Drops query and fragment.
 * @throws UsageError; its message never contains the URL, which may hold a password
 */
export function parseBaseUrl(text: string): BaseUrl {
  const url = URL.parse(text.trim());
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') {
    throw new UsageError('The URL of the deployment is incomplete. Write it like https://coder.example.com.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'The URL of the deployment contains a user name or password. Leave them out. If a proxy needs them, ' +
        'set CODER_HEADER="Authorization=Basic …".',
    );
  }
  return { origin: url.origin, host: url.host, prefix: url.pathname.replace(/\/+$/, '') };
}

/** An API path with escaped parts; null for a part that could leave `base`. */
export function encodePath(base: string, ...parts: readonly string[]): string | null {
  // URL parsers remove these parts, even percent-encoded ones.
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return null;
  return [base, ...parts.map(encodeURIComponent)].join('/');
}
