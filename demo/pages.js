// The pages of this site that are demos, in the order in which they are listed: file, title, what there is to see.

export const DEMOS = [
  ['local.html', 'Without a server', 'Two people on one page, every connection state shown'],
  ['own-buttons.html', 'Your own buttons', 'Own controls, own incoming card, log of every event'],
  ['layout.html', 'Your own layout', 'List here, picture there, three looks'],
  ['themes.html', 'Three themes', 'The same element as three different products, in CSS alone'],
  ['states.html', 'Every state', 'From the nickname form to each end of a call, as it is drawn'],
  ['headless.html', 'No elements at all', 'A session from JavaScript, everything drawn by hand'],
  ['check.html', 'Will calls work here?', 'Devices, server and network, each with a remedy'],
  ['csp.html', 'Strict security policy', 'No inline style, no eval, Trusted Types on'],
];
