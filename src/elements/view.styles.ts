import { css } from 'lit';

/** What list and call view have in common, and the nickname form has not. */
export const viewStyles = css`
  .icon { flex: none; width: 22px; height: 22px; }
  .icon-only { padding: 0; border: 0; }
  .avatar, .disc, .badge, .verified { display: grid; place-items: center; }
  .verified { flex: none; width: 1em; height: 1em; border-radius: 50%; color: var(--_on-accent); background: var(--_accent); }
  .verified .icon { width: .75em; height: .75em; stroke-width: 4; }
  .avatar {
    flex: none; overflow: hidden; aspect-ratio: 1; border-radius: 50%; font-weight: 600; color: var(--_on-accent);
    background: var(--_accent);
  }
  @media (prefers-contrast: more) { :host { --_muted: var(--_on-surface); --_border: currentcolor; } }
  .avatar img { width: 100%; height: 100%; object-fit: cover; }
`;
