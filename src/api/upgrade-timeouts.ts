import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../domain/ports/clock.ts';
import { ConnectTimeout, isHandshaking } from './happy-eyeballs.ts';
import { sendTimeoutMs, type Timeouts } from './timeouts.ts';

type Phase = 'lookup' | 'connect' | 'secureConnect' | 'response';

/**
 * Limits each phase of a request that got does not send. Calls `onTimeout` with a ConnectTimeout. `response` includes
 * the body of the answer. Call `stop` at the end.
 */
export function limitUpgrade(
  request: ClientRequest,
  timeouts: Timeouts,
  after: Clock['after'],
  onTimeout: (error: ConnectTimeout) => void,
): { readonly stop: () => void } {
  let cancel = (): void => {};
  let isStopped = false;
  const start = (phase: Phase, ms = timeouts[phase]): void => {
    cancel();
    if (!isStopped) cancel = after(ms, () => onTimeout(new ConnectTimeout(phase, ms)));
  };
  const onConnected = (socket: Socket): void => {
    if (!isHandshaking(socket)) return start('response');
    start('secureConnect');
    socket.once('secureConnect', () => start('response'));
  };
  // Until the agent provides a connection: it looks up several addresses, or connects to a proxy.
  start('connect', sendTimeoutMs(timeouts));
  request.once('socket', (socket: Socket) => {
    if (!socket.connecting) return onConnected(socket);
    start('lookup');
    socket.once('lookup', () => start('connect'));
    socket.once('connect', () => onConnected(socket));
  });
  return {
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
