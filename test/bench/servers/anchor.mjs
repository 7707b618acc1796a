// @ts-check
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { report } from './report.mjs';

// The least that keeps a member list: whoever joins gets the list in its acknowledgement, the others hear of it in deltas gathered over 50 ms.
// No checking, no leaving, no calls.

const BATCH_MS = 50;
const http = createServer();
const io = new Server(http, { serveClient: false, perMessageDeflate: false, transports: ['websocket'] });

/** @type {Map<string, { members: { id: string, nickname: string }[], joined: { id: string, nickname: string }[], timer: NodeJS.Timeout | null }>} */
const rooms = new Map();

io.on('connection', (socket) => {
  socket.on('join', ({ room: name, nickname }, acknowledge) => {
    const room = rooms.get(name) ?? { members: [], joined: [], timer: null };
    rooms.set(name, room);
    const member = { id: socket.id, nickname };
    room.members.push(member);
    room.joined.push(member);
    void socket.join(name);
    acknowledge(room.members);
    room.timer ??= setTimeout(() => {
      io.to(name).emit('delta', room.joined);
      room.joined = [];
      room.timer = null;
    }, BATCH_MS);
  });
});

http.listen(0, '127.0.0.1', () => report(/** @type {import('node:net').AddressInfo} */ (http.address()).port));
