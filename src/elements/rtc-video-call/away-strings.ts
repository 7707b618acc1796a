// What the call view says of calls that were missed and of shortcuts, English; fetched with the first of them. {nickname} is the other's.

export const awayStrings = {
  'missed-calls': 'Missed calls: {count}',
  /** Behind a name and a time, where there is no calling back. */
  'missed-gone': 'no longer here',
  'missed-more': 'and {count} more',
  'missed-busy': '{nickname} tried to call you and was told that you are in another call.',
  'call-back': 'Call back',
  'call-back-to': 'Call back {nickname}',
  notify: 'Notify me of calls',
  // After a shortcut, for who does not see it. {control}: the name of the button.
  'switched-on': '{control}: on',
  'switched-off': '{control}: off',
};

export type AwayStrings = { [K in keyof typeof awayStrings]: string };
