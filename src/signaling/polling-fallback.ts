// A lazy chunk: HTTP long-polling, for networks where WebSocket connections fail.
export { NodeXHR } from 'socket.io-client';
