import { readFileSync } from 'node:fs';

/** A block of code in README.md, by words that stand in it: what is documented is what is tested. */
export function readmeBlock(language: string, marker: string): string {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);
  const found = blocks.filter((code) => code.includes(marker));
  if (found.length !== 1) throw new Error(`README.md has ${found.length} blocks of ${language} with “${marker}”`);
  return found[0] ?? '';
}
