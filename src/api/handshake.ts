import type { Socket } from 'node:net';

/**
 * Whether the TLS handshake of a socket has not completed, so that it has sent no byte of a request. Stays true for a
 * socket that closed before. False for a socket without TLS.
 */
export const isHandshaking = (socket: Socket): boolean =>
  'secureConnecting' in socket && socket.secureConnecting === true;
