import { request } from 'node:http';

/** Whether the server at `url` answers and accepts `token`. Rejects only when the signal aborts. */
export type Probe = (url: string, token: string, signal: AbortSignal) => Promise<boolean>;

/** Short, because the server is on this machine; ms. */
const PROBE_TIMEOUT_MS = 2_000;

/** Requests the user, without loading the HTTP client. */
export const probeByHttp: Probe = (url, token, signal) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const probing = request(
      `${url}/api/v2/users/me`,
      {
        headers: { 'Coder-Session-Token': token },
        signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT_MS)]),
        agent: false,
      },
      (response) => {
        response.resume();
        response.on('error', () => undefined);
        resolve(response.statusCode === 200);
      },
    );
    probing.on('error', () => (signal.aborted ? reject(signal.reason) : resolve(false)));
    probing.end();
  });
