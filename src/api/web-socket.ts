// The package `ws` in a bundle of its own, which the first socket loads.
export { WebSocket } from 'ws';
