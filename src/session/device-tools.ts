// What choosing devices needs of this layer and of media, for the lazy parts of the elements.
export { startLevelMeter } from '../media/level-meter.js';
export { hasLoudspeakerPrompt, promptForLoudspeaker } from '../media/loudspeaker-prompt.js';
export { playTone } from '../media/test-tone.js';
export { facingOf, readChoices } from './device-choices.js';
