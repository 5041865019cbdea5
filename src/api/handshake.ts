import type { Socket } from 'node:net';

/**
 * Whether the TLS handshake has not completed, so that no byte of a request was sent. Stays true for a socket that
 * closed before. False without TLS.
 */
export const isHandshaking = (socket: Socket): boolean =>
  'secureConnecting' in socket && socket.secureConnecting === true;
