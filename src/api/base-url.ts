import { UsageError } from '../domain/errors.ts';

/** Where a deployment is: every request stays below its own path. */
export interface BaseUrl {
  /** Scheme, host and port: what may be shown to a person. */
  readonly origin: string;
  /** Host and port, without the scheme. */
  readonly host: string;
  /** Path that the deployment lives under: empty, or beginning with a slash and not ending in one. */
  readonly prefix: string;
}

/**
 * Reads the URL of a deployment. Query and fragment are dropped: nothing of ours can use them.
 * @throws UsageError, whose message never repeats the URL, because a password may be in it.
 */
export function parseBaseUrl(text: string): BaseUrl {
  const url = URL.parse(text.trim());
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.hostname === '') {
    throw new UsageError(
      'The URL of the deployment is not complete: write it like https://coder.example.com.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'The URL of the deployment has a user name or password in it: leave them out, and set ' +
        'CODER_HEADER="Authorization=Basic …" if a proxy asks for them.',
    );
  }
  return { origin: url.origin, host: url.host, prefix: url.pathname.replace(/\/+$/, '') };
}

/** A path of the API from its parts, each escaped; null when a part could climb out of its place. */
export function encodePath(base: string, ...parts: readonly string[]): string | null {
  // URL parsers take these for steps up or for nothing, even when they are percent-encoded.
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return null;
  return [base, ...parts.map(encodeURIComponent)].join('/');
}
