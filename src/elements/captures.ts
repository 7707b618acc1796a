export { captures } from '../session/captures.js';
