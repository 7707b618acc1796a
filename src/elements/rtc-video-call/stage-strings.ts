// What the call view says of the pictures, the own sound and the shared screen, English; fetched once a call runs. {nickname} is the other's.

export const stageStrings = {
  // States
  'reconnect-network': 'Connection lost, trying again…',
  'reconnect-peer-unload': '{nickname} left the page and may come back…',
  'reconnect-peer-lost': '{nickname} lost the connection and may come back…',
  // While the browser's own question is open
  'asks-both': 'Your browser asks for camera and microphone: allow them.',
  'asks-camera': 'Your browser asks for the camera: allow it.',
  'asks-microphone': 'Your browser asks for the microphone: allow it.',
  // The small picture
  'small-picture': 'Small picture: move, swap or hide it',
  'swap-pictures': 'Swap the pictures',
  'move-picture': 'Move to the next corner',
  'hide-picture': 'Hide your own picture',
  'show-picture': 'Show your own picture',
  // Said when it has moved
  'at-top-left': 'Small picture at the top left',
  'at-top-right': 'Small picture at the top right',
  'at-bottom-left': 'Small picture at the bottom left',
  'at-bottom-right': 'Small picture at the bottom right',
  // The call in a window of its own
  'in-window': 'The pictures are in a window of their own, above the others.',
  'back-from-window': 'Back to this page',
  // The shared screen
  sharing: '{nickname} sees your screen.',
  'stop-sharing': 'Stop sharing',
  'not-seen': '{nickname} takes sound only: your picture is not sent.',
  // Sound
  muted: '{nickname} is muted',
  'speaking-muted': 'You are speaking, but your microphone is off: {nickname} does not hear you.',
  'switch-on': 'Switch on',
  'no-sound': 'No sound comes from your microphone. Look for a mute switch on it, or choose another microphone.',
};

export type StageStrings = { [K in keyof typeof stageStrings]: string };
