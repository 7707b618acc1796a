export { figuresOf, MAX_FIGURES, type CallFigures, type StreamFigures } from '../media/call-figures.js';
