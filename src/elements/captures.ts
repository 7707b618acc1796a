export { callsWithVideo, captures } from '../session/captures.js';
