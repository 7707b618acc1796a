export { figuresOf, type CallFigures, type StreamFigures } from '../media/call-figures.js';
