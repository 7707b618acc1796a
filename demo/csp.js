'use strict';

// Loaded first and not as a module, so that not even the parsing of the page escapes it.

/** Every violation, whatever it came from, as `directive: what at where`. */
const violations = [];

function showViolations() {
  const verdict = document.getElementById('verdict');
  if (!verdict) return;
  verdict.textContent = violations.length === 0 ? 'no violations' : `${violations.length} violation${violations.length === 1 ? '' : 's'}`;
  verdict.classList.toggle('bad', violations.length > 0);
  document.getElementById('violations').replaceChildren(
    ...violations.map((text) => {
      const item = document.createElement('li');
      item.textContent = text;
      return item;
    }),
  );
}

document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample, sourceFile, lineNumber }) => {
  violations.push(`${effectiveDirective}: ${blockedURI}${sample ? ` “${sample}”` : ''}${sourceFile ? ` at ${sourceFile}:${lineNumber}` : ''}`);
  showViolations();
});

/** What was really sent: a page behind another server may have no policy at all, and then the list above proves nothing. */
async function showPolicy() {
  const { headers } = await fetch(location.href, { method: 'HEAD' });
  const policy = headers.get('Content-Security-Policy');
  document.getElementById('no-policy').hidden = policy !== null;
  document.getElementById('policy').textContent = policy === null ? 'none' : policy.replaceAll('; ', ';\n');
}

document.addEventListener('DOMContentLoaded', () => {
  showViolations();
  showPolicy().catch(() => (document.getElementById('policy').textContent = 'could not be read'));
  // Proof that this page would hear of it.
  document.getElementById('offend').addEventListener('click', ({ currentTarget }) => currentTarget.setAttribute('style', 'color: red'));
});
