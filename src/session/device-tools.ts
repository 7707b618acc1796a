// What choosing devices needs of the media layer, for the lazy parts of the elements.
export { startLevelMeter } from '../media/level-meter.js';
export { playTone } from '../media/test-tone.js';
export { facingOf } from './camera-facing.js';
export { readChoices } from './device-choices.js';
export { rememberChoice } from './device-switch.js';
