// A lazy chunk: HTTP long-polling, for networks where WebSocket connections fail.
export { XHR } from 'socket.io-client';
