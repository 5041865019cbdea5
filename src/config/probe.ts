import { request } from 'node:http';

/**
 * Whether the server at `url` answers and takes `token`. Never rejects but for an aborted signal: nobody
 * there, somebody else there and a wrong token are all false.
 */
export type Probe = (url: string, token: string, signal: AbortSignal) => Promise<boolean>;

/** How long one look may take, ms: the server is on this machine. */
const PROBE_TIMEOUT_MS = 2_000;

/** The probe for a taskdeck without its HTTP client at hand: asks who we are. */
export const probeByHttp: Probe = (url, token, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const looking = request(
      `${url}/api/v2/users/me`,
      {
        headers: { 'Coder-Session-Token': token },
        signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]),
        agent: false,
      },
      (answer) => {
        answer.resume();
        answer.on('error', () => undefined);
        resolve(answer.statusCode === 200);
      },
    );
    looking.on('error', () => (signal.aborted ? reject(signal.reason) : resolve(false)));
    looking.end();
  });
