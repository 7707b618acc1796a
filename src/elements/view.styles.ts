import { css } from 'lit';

/** What list and call view have in common, and the nickname form has not. */
export const viewStyles = css`
  .icon { flex: none; width: 22px; height: 22px; }
  .verified { flex: none; display: inline-grid; vertical-align: -.15em; color: var(--_accent); }
  .verified .icon { width: 1.1em; height: 1.1em; }
  .icon-only { padding: 0; border: 0; }
  .avatar, .disc, .badge { display: grid; place-items: center; }
  .avatar {
    flex: none; overflow: hidden; aspect-ratio: 1; border-radius: 50%; font-weight: 600; color: var(--_on-accent);
    background: var(--_accent);
  }
  .avatar img { width: 100%; height: 100%; object-fit: cover; }
`;
