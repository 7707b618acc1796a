// What the call view says of whether the other is who they were, English; fetched with the first thing there is to say. {nickname} is the other's. The names of the emoji
// come with them; the room's `strings` replaces those under the emoji itself (`'🐶': 'Hund'`).

export const verificationStrings = {
  // The button
  verify: 'Verify {nickname}',
  'identity-verified': '{nickname} is verified',
  'identity-changed': 'Identity changed',
  // The alarm
  'identity-alarm': 'This is not the device you verified as {nickname}. Compare the emoji before you say anything private.',
  compare: 'Compare',
  // The panel
  'verify-title': 'Is it really {nickname}?',
  'verify-how': 'Read these seven to each other. If {nickname} sees the same ones in the same order, nobody can listen in between, not even the server.',
  'verified-how': 'You have compared these with {nickname}, now or in an earlier call from this browser. Nobody is in between.',
  'changed-how':
    'You verified {nickname} before, on another device or browser, or before theirs was reset. Or somebody pretends to be {nickname}. Compare these seven again; trust only what you hear and see {nickname} say.',
  'renewed-how': 'The connection was made anew. The emoji come back in a moment.',
  'verify-match': 'We compared these',
  'verify-differ': 'They differ',
  'verify-forget': 'Not any more',
  'differ-how': 'Then somebody may be in between, who can see and hear everything. Hang up, and reach {nickname} another way.',
};

export type VerificationStrings = { [K in keyof typeof verificationStrings]: string };
