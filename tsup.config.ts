/** Builds every entry point twice, as ESM and as CommonJS, each with its own declarations. */
import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    decision: 'src/decision.ts',
    'adapters/memory': 'src/adapters/memory.ts',
    'testing/laws': 'src/testing/laws.ts',
    'testing/arbitraries': 'src/testing/arbitraries.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node20',
  platform: 'neutral',
  splitting: true,
  treeshake: true,
  clean: true,
  silent: true,
  // tsup's declaration build passes a baseUrl that TypeScript 6 has deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
})
