import { byId, roomOfAddress } from './demo.js';

byId('room').room = roomOfAddress('local');
