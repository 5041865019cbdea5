import { isatty } from 'node:tty';

/**
 * Keeps Node's warnings (experimental, deprecated, insecure) off a screen: Node writes them to the terminal, in the middle of
 * what is drawn. Where stderr goes to a file they go there as ever. To be called before anything that may warn.
 */
export async function muteWarnings(): Promise<void> {
  if (!isatty(2)) return;
  process.removeAllListeners('warning');
  // Node reads these certificates at the first connection, and complains about the file past all listeners: now is better.
  if (process.env.NODE_EXTRA_CA_CERTS) {
    const { createSecureContext, getCACertificates } = await import('node:tls');
    if (typeof getCACertificates === 'function') getCACertificates('extra');
    else createSecureContext();
  }
}
