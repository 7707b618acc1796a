import './snippets.js';

// On a telephone the list of pages is one row: this page's name is what is seen of it first.
const current = document.querySelector('nav [aria-current]');
const row = current?.closest('ul');
if (row) row.scrollLeft = current.offsetLeft - row.offsetLeft;
