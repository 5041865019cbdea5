import { isatty } from 'node:tty';

/**
 * Hides Node's warnings (experimental, deprecated, insecure) if stderr is a terminal: they would appear on the drawn screen.
 * Call it before anything that may warn.
 */
export async function muteWarnings(): Promise<void> {
  if (!isatty(2)) return;
  process.removeAllListeners('warning');
  // Node reads this file at the first connection and prints its warning directly to stderr. Reading it now shows that early.
  if (process.env.NODE_EXTRA_CA_CERTS) {
    const { createSecureContext, getCACertificates } = await import('node:tls');
    if (typeof getCACertificates === 'function') getCACertificates('extra');
    else createSecureContext();
  }
}
