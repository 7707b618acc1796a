import { css } from 'lit';

/**
 * Colours, type, buttons and focus shared by the three elements. Public `--rtc-*` properties win; the private `--_*` ones are what the sheets use. A `theme`
 * attribute (`light`, `dark`, `auto`) reaches everything inside through an inherited property, so a view follows its room. Colours are `light-dark()`: a
 * part that sets `color-scheme: dark` (the stage) turns dark by itself.
 */
export const themeStyles = css`
  :host {
    color-scheme: var(--_scheme, light dark);
    --_accent: var(--rtc-accent, light-dark(#1f5fd6, #8ab4ff));
    --_on-accent: var(--rtc-on-accent, light-dark(#fff, #0b1b36));
    --_bg: var(--rtc-bg, light-dark(#fff, #14161b));
    --_surface: var(--rtc-surface, light-dark(#f3f4f7, #1e2128));
    --_on-surface: var(--rtc-on-surface, light-dark(#191c22, #eceef2));
    --_muted: var(--rtc-muted-text, light-dark(#565d6b, #a9b0be));
    --_border: var(--rtc-border, light-dark(#d5d9e1, #363b46));
    --_danger: var(--rtc-danger, #d4242c);
    --_on-danger: var(--rtc-on-danger, #fff);
    --_success: var(--rtc-success, #15803d);
    --_warning: var(--rtc-warning, light-dark(#8f5a00, #f3b54a));
    --_radius: var(--rtc-radius, 12px);
    --_gap: var(--rtc-gap, 8px);
    --_size: max(44px, var(--rtc-control-size, 44px));
    --_ring: var(--rtc-focus-ring, 2px solid var(--_accent));
    color: var(--_on-surface);
    font: var(--rtc-font, inherit);
    line-height: 1.4;
  }
  :host([theme='light']) { --_scheme: light; }
  :host([theme='dark']) { --_scheme: dark; }
  :host([theme='auto']) { --_scheme: light dark; }
  :host([hidden]), [hidden] { display: none !important; }
  *, ::before, ::after { box-sizing: border-box; }
  button {
    display: inline-flex; align-items: center; justify-content: center; gap: 8px;
    min-width: var(--_size); min-height: var(--_size); padding: 0 16px; margin: 0;
    font: inherit; font-weight: 600; color: inherit; background: light-dark(#0000, #ffffff1f); border: 1px solid var(--_border);
    border-radius: calc(var(--_size) / 2); cursor: pointer; -webkit-tap-highlight-color: transparent; touch-action: manipulation;
  }
  button:hover { background: light-dark(#0000000f, #ffffff33); }
  button:active { opacity: .8; }
  button:disabled { opacity: .5; cursor: default; }
  button.primary { color: var(--_on-accent); background: var(--_accent); border-color: transparent; }
  button.danger { color: var(--_on-danger); background: var(--_danger); border-color: transparent; }
  button.success { color: #fff; background: var(--_success); border-color: transparent; }
  button.icon-only { padding: 0; }
  :is(button.primary, button.danger, button.success):hover { filter: brightness(1.1); }
  :focus-visible { outline: var(--_ring); outline-offset: 2px; }
  .icon { flex: none; width: 22px; height: 22px; }
  .avatar {
    display: grid; place-items: center; flex: none; overflow: hidden; width: 40px; height: 40px; border-radius: 50%;
    font-weight: 600; color: var(--_on-accent); background: var(--_accent);
  }
  .avatar img { width: 100%; height: 100%; object-fit: cover; }
  .visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  @media (forced-colors: active) {
    button, .avatar { border: 1px solid; }
    :focus-visible { outline: 3px solid Highlight; }
  }
  @media (prefers-reduced-motion: no-preference) { button { transition: background-color .12s; } }
`;
