// What list and call view show or say, English. {nickname} is the other's.

export const viewStrings = {
  // Call view: states
  idle: 'Choose somebody to call',
  calling: 'Calling…',
  ringing: 'Ringing…',
  'incoming-audio': 'Voice call',
  'incoming-video': 'Video call',
  'incoming-call': '{nickname} is calling',
  connecting: 'Connecting…',
  active: 'In a call with {nickname}',
  recorded: 'Recorded by {nickname}',
  recording: 'You are recording',

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
  'end-protocol-error': 'The two pages do not understand each other. Reload both, then call again.',

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
  settings: 'Settings',
  start: 'Tap to hear',
  'call-again': 'Call again',
  dismiss: 'Close',

  // Call view: names for assistive technology
  'call-controls': 'Call controls',
  'remote-video': 'Picture of {nickname}',
  'local-video': 'Your own picture',

  // Both: beside a name that the server vouches for
  verified: 'Verified name',

  // Member list
  members: 'In this room',
  'members-empty': 'Nobody else is here yet',
  you: 'You',
  'member-busy': 'In a call',
  'member-offline': 'Reconnecting…',
  'call-member': 'Call {nickname}',
  'voice-member': 'Voice call to {nickname}',
};

export type ViewStrings = { [K in keyof typeof viewStrings]: string };

/** The page's words or ours (of another table: `ours`), with the nickname filled in wherever it stands. */
export function say(words: Partial<ViewStrings>, key: keyof ViewStrings, nickname: string): string;
export function say<K extends string>(words: { readonly [key in K]?: string }, key: K, nickname: string, ours: { readonly [key in K]: string }): string;
export function say(words: Readonly<Record<string, string | undefined>>, key: string, nickname: string, ours: Readonly<Record<string, string>> = viewStrings): string {
  return (words[key] ?? ours[key] ?? '').replaceAll('{nickname}', () => nickname);
}
