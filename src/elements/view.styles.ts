import { css } from 'lit';

/** What list and call view have in common, and the nickname form has not. */
export const viewStyles = css`
  .icon { flex: none; width: 22px; height: 22px; }
  /* Not to be seen but where colours are forced. */
  .icon-only { padding: 0; border-color: #0000; }
  .avatar, .disc, .badge, .verified { display: grid; place-items: center; border-radius: 50%; }
  .verified { flex: none; width: 1em; height: 1em; color: var(--_on-accent); background: var(--_accent); }
  .verified .icon { width: .75em; height: .75em; stroke-width: 4; }
  .avatar {
    flex: none; overflow: hidden; aspect-ratio: 1; border: 1px solid #0000; font-weight: 600; color: light-dark(#191c22,#eceef2);
    background: light-dark(hsl(var(--_hue) 60% 84%),hsl(var(--_hue) 40% 30%));
  }
  @media (prefers-contrast: more) { :host { --_muted: var(--_on-surface); --_border: currentcolor; } }
  .avatar img { width: 100%; height: 100%; object-fit: cover; }
`;
