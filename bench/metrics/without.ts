import { registerHooks } from 'node:module'

/** Preloaded with `--import`, this starts the product without metrics: everything else is the product as it is. */
const silent = new URL('silent.ts', import.meta.url).href
const replaced = /\/src\/platform\/metrics\/(metrics|process-metrics)\.ts$/

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    const isOwn = context.parentURL === silent || replaced.test(context.parentURL ?? '')
    return replaced.test(resolved.url) && !isOwn ? { ...resolved, url: silent } : resolved
  },
})
