// Every word the three elements show or say, English. The room's `strings` property replaces any of them; {nickname} and the like are filled in by `format`.

export const defaultStrings = {
  // Call view: states
  idle: 'Choose somebody to call',
  calling: 'Calling…',
  ringing: 'Ringing…',
  'incoming-audio': 'Voice call',
  'incoming-video': 'Video call',
  'incoming-call': '{nickname} is calling',
  connecting: 'Connecting…',
  active: 'In a call with {nickname}',
  muted: '{nickname} is muted',
  'reconnect-network': 'Connection lost, trying again…',
  'reconnect-peer-unload': '{nickname} left the page and may come back…',
  'reconnect-peer-lost': '{nickname} lost the connection and may come back…',

  // Call view: how a call ended (`-incoming`: where it reads differently for the one who was called)
  'end-hangup': 'You ended the call',
  'end-remote-hangup': '{nickname} ended the call',
  'end-rejected': '{nickname} declined the call',
  'end-rejected-incoming': 'You declined the call',
  'end-busy': '{nickname} is in another call',
  'end-no-answer': '{nickname} did not answer',
  'end-no-answer-incoming': 'You missed a call from {nickname}',
  'end-cancelled': 'You cancelled the call',
  'end-cancelled-incoming': '{nickname} stopped calling',
  'end-missed': 'You missed a call from {nickname}',
  'end-answered-elsewhere': 'You answered on another device',
  'end-peer-left': '{nickname} left',
  'end-peer-lost': '{nickname} lost the connection',
  'end-media-failed': 'Sound and picture could not be set up',
  'end-connect-failed': 'No connection to {nickname} could be made',
  'end-connection-lost': 'The connection to {nickname} was lost',
  'end-kicked': 'You were removed from the room',
  'end-server': 'The call server ended the call',
  'end-protocol-error': 'Something went wrong with the call',

  // Call view: buttons
  accept: 'Accept',
  'accept-audio': 'Without camera',
  reject: 'Decline',
  silence: 'Silence',
  cancel: 'Cancel',
  hangup: 'Hang up',
  microphone: 'Microphone',
  camera: 'Camera',
  screen: 'Share screen',
  fullscreen: 'Full screen',
  pip: 'Picture in picture',
  start: 'Tap to hear',
  'call-again': 'Call again',
  dismiss: 'Close',

  // Call view: names for assistive technology
  'call-controls': 'Call controls',
  'remote-video': 'Picture of {nickname}',
  'local-video': 'Your own picture',

  // Member list and room
  members: 'In this room',
  'members-empty': 'Nobody else is here yet',
  you: 'You',
  'member-busy': 'In a call',
  'member-offline': 'Reconnecting…',
  'call-member': 'Call {nickname}',
  nickname: 'Your name',
  'nickname-empty': 'Please type a name first.',
  'nickname-invalid': 'Please use 1 to 64 visible characters.',
  join: 'Join',
  preview: 'Test camera and microphone',
  'preview-audio': 'Test microphone',
  'preview-close': 'Stop the test',
  'preview-level': 'Microphone level',
  joining: 'Joining…',
  reconnecting: 'Connection to the room lost, trying again…',
  retry: 'Try again',
};

/** The words by key; keep the {placeholders}. */
export type RtcStrings = { [K in keyof typeof defaultStrings]: string };

/** Fills `{name}` from `values`; what has no value stays as it is. */
export function format(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole));
}
