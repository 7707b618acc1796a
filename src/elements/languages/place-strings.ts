// Where a permission that was refused is given back, in the browser's and the system's own names, English; fetched with the first such refusal. Each takes the
// place of the remedy of its error: `allow-` of `permission-denied`, `system-` of `permission-denied-system`.

export const placeStrings = {
  'allow-chromium': 'Click the icon to the left of the address (“View site information”), switch camera and microphone on there, then try again.',
  'allow-firefox': 'Click the crossed-out camera or microphone to the left of the address, remove “Blocked”, then try again.',
  'allow-safari': 'Open the menu Safari › Settings for this website, set Camera and Microphone to “Allow”, then try again.',
  'allow-android': 'Tap the icon to the left of the address, then “Permissions”, allow camera and microphone, then try again.',
  'allow-ios': 'Tap the icon to the left of the address, then “Website Settings”, set Camera and Microphone to “Allow”, then try again.',
  'system-windows': 'Open Settings › Privacy & security › Camera, allow it for desktop apps; then the same for Microphone.',
  'system-macos': 'Open System Settings › Privacy & Security › Camera, switch your browser on; then the same for Microphone. Restart the browser.',
  'system-android': 'Open Settings › Apps, choose your browser, then “Permissions”, and allow Camera and Microphone.',
  'system-ios': 'Open Settings, choose your browser in the list of apps, and switch Camera and Microphone on.',
};

export type PlaceStrings = { [K in keyof typeof placeStrings]: string };
