// What the choice of devices says, English; fetched with it. {nickname} is the other's.

export const deviceStrings = {
  'settings-title': 'Devices and volume',
  'choose-devices': 'Choose camera, microphone and loudspeaker',
  'choose-camera': 'Camera',
  'choose-microphone': 'Microphone',
  'choose-speaker': 'Loudspeaker',
  'pick-speaker': 'Choose a loudspeaker…',
  'no-speaker': 'Your browser finds no loudspeaker. Check that one is connected and switched on.',
  'device-default': 'As the system has it',
  // Where a browser does not say a device's name: {device} is one of the three words above
  'device-numbered': '{device} {number}',
  'use-front-camera': 'Use the front camera',
  'use-back-camera': 'Use the back camera',
  'play-tone': 'Play a tone',
  'tone-failed': 'No tone could be played there. Choose another loudspeaker, or check that it is connected and switched on.',
  'tone-blocked': 'The browser does not let this page play sound yet. Press the button again.',
  volume: 'Volume of {nickname}',
  'mic-level': 'Microphone level',
  'mic-is-off': 'Your microphone is off: nobody hears you.',
};

export type DeviceStrings = { [K in keyof typeof deviceStrings]: string };
