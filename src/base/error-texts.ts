import type { ErrorCode } from '../protocol/codes.js';

// What each code means to a person: what happened, why that may be, what to do. One line each, `|` between message, causes and remedies, `;` between
// several: the bundle carries all of them, because the server that could send them later may be what is missing.

const TEXTS: Readonly<Record<ErrorCode, string>> = {
  'permission-denied': 'The camera or microphone is blocked for this site.|The browser was told not to allow it.|Open the site settings next to the address, allow camera and microphone, then try again.',
  'permission-denied-system': 'The operating system does not let the browser use the camera or microphone.|The privacy settings of the computer or phone forbid it.|Allow the browser in the system’s privacy settings for camera and microphone, then try again.',
  'policy-blocked': 'This page is embedded in a frame that may not use the camera or microphone.|The frame lacks the permission.|Add allow="camera; microphone; autoplay; display-capture" to the <iframe>.',
  'insecure-context': 'Camera and microphone work on secure pages only.|The page was opened over plain http.|Open the page over https or on localhost.',
  'unsupported-browser': 'This browser cannot make video calls.|WebRTC is missing or switched off.|Use a current Chrome, Edge, Firefox or Safari.',
  'device-not-found': 'No camera or microphone was found.|None is connected, or it is switched off.|Connect one. The call goes on without it meanwhile.',
  'device-in-use': 'The camera or microphone is used by another program.|Another program or tab holds it.|Close the other program, then switch the device on again.',
  constraints: 'No camera or microphone can do what this page asks for.|The page demands a size, rate or device that none has.|Ask with “ideal” instead of “exact” or “min”.',
  'server-invalid': 'The address of the call server is not valid.|The “server” attribute is not a web address.|Set server="https://…", a path, or local:.',
  'server-unreachable': 'The call server cannot be reached.|The network is down; The server is not running at this address.|Check the connection. It is tried again by itself.',
  unauthorized: 'You may not enter this room.|The token is missing, wrong or meant for another room.|Ask whoever sent you here for a new link.',
  'token-expired': 'Your access to this room has expired.|The token is too old.|Reload the page to get a new one.',
  'origin-refused': 'The call server does not accept this website.|Its origin is not on the server’s list.|Add it to ALLOWED_ORIGINS of the server.',
  'room-invalid': 'The name of the room is missing or not valid.|It is empty, longer than 128 characters, or has invisible characters.|Set room="…" to a plain name.',
  'room-full': 'This room is full.|As many people as it holds are here.|Try again later.',
  'nickname-invalid': 'This name cannot be used.|It is empty, longer than 64 characters, or has invisible characters.|Choose another name.',
  'not-joined': 'You are not in a room.|join() has not finished.|Join first.',
  'member-not-found': 'This person is not in the room any more.||Call somebody else.',
  'call-not-found': 'There is no such call.|It is over, or it never was.|Call again.',
  'too-late': 'That came too late.|The call was already answered or over.|',
  kicked: 'You were removed from the room.|A moderator did it.|',
  replaced: 'This room was opened elsewhere.|Another tab took over this membership.|Go on there, or join again here.',
  'rate-limited': 'That was too fast.|Too many requests in a short time.|Wait a moment.',
  'too-large': 'That is too large to send.|The message is above the limit of the server.|',
  'bad-message': 'The server and this page do not understand each other.|A message had the wrong form.|Reload the page.',
  'bad-description': 'The other side sent a description of the connection that cannot be used.|It is damaged, or from an incompatible program.|Call again.',
  'version-mismatch': 'This page and the call server do not fit together.|One of them is too old.|Reload the page. If that does not help, update the older of the two.',
  unavailable: 'That is not possible at the moment.|The server or the browser cannot do it now.|Try again.',
  'ice-failed': 'No connection to the other person could be made.|A firewall or network between you blocks it.|Try another network.',
  'ice-failed-no-turn': 'No connection to the other person could be made: this network needs a TURN server and none is configured.|A firewall or network address translation between you blocks the direct way.|Try another network; Configure TURN on the call server.',
  'too-many-connections': 'This page has used up its connections.|The browser allows a page a few hundred of them.|Reload the page.',
  'playback-blocked': 'The browser blocked the sound.|It wants a click or tap first.|Tap to hear the call.',
  'addon-missing': 'This page has not loaded the add-on for that.||Import the add-on and pass it to session.use().',
};

export interface ErrorText {
  readonly message: string;
  readonly causes: readonly string[];
  readonly remedies: readonly string[];
}

const list = (text: string | undefined): readonly string[] => (text ? text.split('; ') : []);

export function describeError(code: ErrorCode): ErrorText {
  const [message, causes, remedies] = TEXTS[code].split('|');
  return { message: message!, causes: list(causes), remedies: list(remedies) };
}
