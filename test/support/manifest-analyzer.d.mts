import type { CollectPhaseParams, InitializeParams, Plugin } from '@custom-elements-manifest/analyzer';

// The analyzer's own declarations leave out what it exports for programs; and its TypeScript (TypeScript 7 has no API of its own yet).
export type TypeScript = InitializeParams['ts'];
export type TypeScriptNode = CollectPhaseParams['node'];
export const ts: TypeScript;
export function litPlugin(): Plugin[];
export function create(options: { modules: ReturnType<TypeScript['createSourceFile']>[]; plugins?: Plugin[]; context?: { dev: boolean } }): { modules: any[] };
