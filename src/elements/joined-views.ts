// The lazy chunk: what the elements show of a joined room.
export { ListFace } from './rtc-member-list/list-face.js';
export { CallFace } from './rtc-video-call/call-face.js';
