// The package ships no types for its single files.
declare module 'lucide/dist/esm/icons/*.mjs' {
  const node: readonly (readonly [tag: string, attributes: Readonly<Record<string, string | undefined>>])[];
  export default node;
}
